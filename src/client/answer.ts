import { hash } from "node:crypto";
import type { RequestRecord } from "../schema/observation.ts";
import { DONE, readCompletionEvent, type CompletionEvent } from "./completion-event.ts";
import { EventShape } from "./event-shape.ts";
import { httpFailure, tidyMessage } from "./failure-text.ts";
import { SseScanner } from "./sse.ts";
import type { TokenLog } from "./token-log.ts";

/** Enough of a refusal to find its message in. */
const LONGEST_REFUSAL = 4096;

/** Finish reasons with which a server says that the answer is not what was asked for (vLLM's). */
const brokenFinishes: ReadonlySet<string> = new Set(["abort", "error"]);

/** One answer while it arrives: fills in the request's record. */
export interface Answer {
  onHead(status: number): void;
  onBody(buffer: Buffer, from: number, to: number, atNs: number): void;
  /** The answer is over: whole (null), or for the reason given. The record is complete after it. */
  end(problem: string | null, atNs: number): void;
}

interface AnswerOptions {
  log: TokenLog;
  keepText: boolean;
  secret: string | null;
}

/** Token events go into the log under the record's index. The text stays in the record only with `keepText`. */
export function createAnswer(record: RequestRecord, options: AnswerOptions): Answer {
  return new AnswerReader(record, options);
}

/** A class with plain members, since every read of every stream goes through one. */
class AnswerReader implements Answer {
  private readonly record: RequestRecord;
  private readonly log: TokenLog;
  private readonly options: AnswerOptions;
  private readonly shape = EventShape.borrow();
  private readonly scanner = new SseScanner((buffer, from, to) => this.takeEvent(buffer, from, to));
  // A double from the start: times outgrow small integers after two seconds, and a member that changes its kind is compiled anew.
  private arrivedNs = Number.NaN;
  /** Tokens by the server's count so far; null until it gave one. */
  private usage: number | null = null;
  private text = "";
  private said = "";
  /** Token ids with a comma between two; null until there were any. */
  private ids: string | null = null;
  private idCount = 0;
  private refusal = "";
  private problem: string | null = null;
  private done = false;
  private over = false;

  constructor(record: RequestRecord, options: AnswerOptions) {
    this.record = record;
    this.log = options.log;
    this.options = options;
  }

  onHead(status: number): void {
    this.record.status = status;
  }

  onBody(buffer: Buffer, from: number, to: number, atNs: number): void {
    this.arrivedNs = atNs;
    if (this.record.status !== 200) {
      if (this.refusal.length < LONGEST_REFUSAL) this.refusal += buffer.toString("utf8", from, to);
      return;
    }
    let at = from;
    if (this.usage === null && this.scanner.between) {
      const { shape } = this;
      for (let end = 0; at < to && !this.over && (end = shape.take(buffer, at, to)) >= 0; at = end) {
        this.bear(shape.tokens);
      }
    }
    if (at < to && !this.over) this.scanner.feed(buffer, at, to);
  }

  end(reason: string | null, atNs: number): void {
    const { record, options } = this;
    record.endNs = atNs;
    if (reason === null && record.status === 200) this.scanner.end();
    this.gather();
    if (!this.over) this.shape.release();
    this.over = true;
    record.outputTokens = this.usage ?? (this.ids === null ? null : this.idCount);
    record.error = reason ?? this.problem ?? this.unfinished();
    record.text = options.keepText ? this.text : null;
    if (record.chunks > 0) record.outputHash = hash("sha256", this.ids ?? this.said);
  }

  /** An event that is not like the one before it: the long way. */
  private takeEvent(buffer: Buffer, from: number, to: number): void {
    if (to === from || this.over) return;
    const data = buffer.toString("utf8", from, to);
    if (data.trim() === DONE) {
      this.done = true;
      return;
    }
    this.gather();
    const event = readCompletionEvent(data);
    if (event === null) {
      this.problem ??= tidyMessage(`an event that is not a JSON object: ${data}`, this.options.secret);
    } else {
      this.read(event);
      if (!this.over) this.shape.learn(data, event);
    }
  }

  private read(event: CompletionEvent): void {
    const { record } = this;
    if (event.error !== null) this.problem ??= tidyMessage(event.error, this.options.secret);
    const counted = this.tokensCounted(event);
    const bears = event.bearsTokens || (this.usage !== null && event.choices > 0 && (counted ?? 0) > 0);
    this.text += event.text;
    this.said += event.said;
    if (event.tokenIds) this.addIds(event.tokenIds.join(","), event.tokenIds.length);
    this.usage = event.completionTokens ?? this.usage;
    record.promptTokens = event.promptTokens ?? record.promptTokens;
    record.finish = event.finish ?? record.finish;
    // Last, since whoever counts tokens may end the answer on one.
    if (bears) this.bear(event.tokenIds?.length ?? counted);
  }

  private bear(tokens: number | null): void {
    const { record, arrivedNs } = this;
    record.chunks += 1;
    record.firstTokenNs ??= arrivedNs;
    record.lastTokenNs = arrivedNs;
    this.log.append(record.index, arrivedNs, tokens);
  }

  /** Adds what the quick way took, before anything that came after it. */
  private gather(): void {
    const { text, ids, isText } = this.shape;
    const said = text.drain("latin1");
    this.said += said;
    if (isText) this.text += said;
    const more = ids.drain("latin1");
    if (more !== "") this.addIds(more, commasIn(more) + 1);
  }

  private addIds(ids: string, count: number): void {
    this.ids = this.ids === null || this.ids === "" ? ids : ids === "" ? this.ids : `${this.ids},${ids}`;
    this.idCount += count;
  }

  /**
   * How far the server's count grew with this event, null where that is unknown. Where a server counts in every event,
   * the count says that an event bears a token even if no text came with it (the end token, half a character).
   */
  private tokensCounted({ completionTokens }: CompletionEvent): number | null {
    if (completionTokens === null) return null;
    if (this.usage !== null) return completionTokens - this.usage;
    return this.record.chunks === 0 ? completionTokens : null;
  }

  /** Why an answer that came whole is none; null where it is one. */
  private unfinished(): string | null {
    const { status, finish, chunks } = this.record;
    if (status !== 200) return httpFailure(status ?? 0, this.refusal, this.options.secret);
    if (finish !== null && brokenFinishes.has(finish)) return `the server gave up: finish reason "${finish}"`;
    if (finish !== null || (this.done && chunks > 0)) return null;
    return chunks > 0
      ? "the stream ended before the answer did"
      : "HTTP 200, but no token and no end of an answer came";
  }
}

function commasIn(list: string): number {
  let count = 0;
  for (let at = list.indexOf(","); at >= 0; at = list.indexOf(",", at + 1)) count += 1;
  return count;
}
