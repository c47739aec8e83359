import { NS_PER_S } from "../../math/units.ts";
import type { RequestRecord } from "../../schema/observation.ts";
import type { Cancellation } from "../../schema/workload.ts";
import { createAnswer, type Answer, type AnswerRules } from "../stream/answer.ts";
import { watchCutOff, type CutOffWatch } from "./cut-off.ts";
import type { Due } from "./deadlines.ts";
import { internalError } from "../stream/failure-text.ts";
import type { TokenLog } from "../stream/token-log.ts";
import type { HeaderOf, Receiver, Transport } from "../transport/transport.ts";

/** Marks a request that the client cut off on purpose; no record shows it. */
const CUT_OFF_BY_CLIENT = "cut off by the client, on purpose";

/** How long a response may stay open behind `[DONE]`, in ns: its end mostly comes with it, and a busy server sends it a little later. */
const OPEN_AFTER_DONE_NS = 0.25 * NS_PER_S;

export interface OpenRequestOptions {
  log: TokenLog;
  /** Keeps the text in the record. */
  keepText: boolean;
  /** Keeps it in `text`, for the next turn. */
  needsText: boolean;
  secrets: readonly string[];
  rules: AnswerRules;
  /** When the client cuts it off; null where it does not. */
  rule: Cancellation | null;
  deadlineS: number;
  now: () => number;
  /** Its answer has ended and its response has not: the deadline is nearer now. */
  onLastEvent: (request: OpenRequest) => void;
  /** Called once, when it is over, within the read that brought the end. */
  onDone: (request: OpenRequest) => void;
}

/**
 * One request from its sending to its end. At its end, its record has the times that the client saw; the rest is filled in
 * by `settle`, which can wait.
 */
export class OpenRequest implements Receiver, Due {
  readonly record: RequestRecord;
  deadlineNs = Infinity;
  /** What was said, once it is settled, where it is needed or kept. */
  text = "";
  private readonly options: OpenRequestOptions;
  private readonly watch: CutOffWatch | null;
  private readonly answer: Answer;
  private cancel: (() => void) | null = null;
  private problem: string | null = null;
  /** An internal error while its answer was read; null where there was none. */
  private fault: string | null = null;
  private sawDone = false;
  private isDone = false;
  private isSettled = false;

  constructor(record: RequestRecord, options: OpenRequestOptions) {
    const { log, rule, keepText, needsText, secrets, rules } = options;
    this.record = record;
    this.options = options;
    this.watch = rule === null ? null : watchCutOff(rule, log, () => this.cutOffOnPurpose());
    this.answer = createAnswer(record, {
      ...rules,
      log: this.watch?.log ?? log,
      keepText: keepText || needsText,
      secrets,
    });
  }

  /** Starts its clock. To be called right before `send`. */
  begin(): void {
    const { now, deadlineS } = this.options;
    this.record.sentNs = now();
    this.deadlineNs = this.record.sentNs + deadlineS * NS_PER_S;
  }

  send(transport: Transport, path: string, body: Buffer): void {
    this.cancel = transport.send(path, body, this);
  }

  onHead(status: number, header: HeaderOf): void {
    try {
      this.answer.onHead(status, header);
    } catch (error) {
      this.fail(error);
    }
  }

  onBody(buffer: Buffer, from: number, to: number, atNs: number): void {
    if (this.fault !== null) return;
    try {
      this.answer.onBody(buffer, from, to, atNs);
    } catch (error) {
      this.fail(error);
    }
    if (this.answer.sawDone && !this.sawDone && !this.isDone) {
      this.sawDone = true;
      this.deadlineNs = Math.min(this.deadlineNs, this.options.now() + OPEN_AFTER_DONE_NS);
      this.options.onLastEvent(this);
    }
    // At once: by the end of the turn more tokens would have come. An answer that ends here by itself is not cut off.
    if (this.watch?.isFull() && this.record.finish === null) this.cutOffOnPurpose();
  }

  onResent(): void {
    this.record.resent += 1;
  }

  onEnd(problem: string | null, atNs: number): void {
    this.isDone = true;
    this.problem = this.fault ?? problem;
    this.record.endNs = atNs;
    this.watch?.stop();
    this.options.onDone(this);
  }

  /** The load ends here: on the client's own purpose, which is no failure of the request, or because the run was stopped. */
  cutOff(onPurpose: boolean): void {
    this.stop(onPurpose ? CUT_OFF_BY_CLIENT : "cut off: the run was stopped");
  }

  expire(): void {
    this.stop(`no end within the deadline of ${this.options.deadlineS} s`);
  }

  /** Completes the record of a request that is over. Does nothing a second time. */
  settle(): void {
    if (this.isSettled) return;
    this.isSettled = true;
    const { record, problem, options } = this;
    try {
      this.answer.end(problem, record.endNs);
    } catch (error) {
      record.error = internalError(error);
    }
    if (problem === CUT_OFF_BY_CLIENT) {
      record.cancelled = true;
      record.error = null;
    }
    this.text = record.text ?? "";
    if (!options.keepText) record.text = null;
  }

  private cutOffOnPurpose(): void {
    if (!this.isDone) this.stop(CUT_OFF_BY_CLIENT);
  }

  /** Fails this request and no other. It ends after the read, which is still using it. */
  private fail(error: unknown): void {
    this.fault ??= internalError(error);
    queueMicrotask(() => this.isDone || this.stop(internalError(error)));
  }

  private stop(problem: string): void {
    this.cancel?.();
    this.onEnd(problem, this.options.now());
  }
}
