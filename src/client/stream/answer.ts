import { hash } from "node:crypto";
import type { RequestRecord } from "../../schema/observation.ts";
import { longEnough, withoutSecrets } from "../../schema/secrets.ts";
import { ByteList } from "./byte-list.ts";
import { DONE, readCompletionEvent, type CompletionEvent } from "./completion-event.ts";
import { EventShape } from "./event-shape.ts";
import { bodyMessage, httpFailure, tidyMessage } from "./failure-text.ts";
import { ServerCount } from "./server-count.ts";
import { SseScanner } from "./sse.ts";
import type { TokenLog } from "./token-log.ts";
import type { HeaderOf } from "../transport/transport.ts";

/** Bytes that are kept of a body which is not an answer: enough to find its message in. */
const LONGEST_REFUSAL = 4096;

const LF = 0x0a;

/** Finish reasons of a whole answer: OpenAI's, then Text Generation Inference's for a stop. An engine file may add its own. */
const answerFinishes: ReadonlySet<string> = new Set([
  "stop",
  "length",
  "tool_calls",
  "function_call",
  "content_filter",
  "eos_token",
  "stop_sequence",
]);

/** One answer while it arrives: fills in the request's record. */
export interface Answer {
  onHead(status: number, header?: HeaderOf): void;
  onBody(buffer: Buffer, from: number, to: number, atNs: number): void;
  /** True once `[DONE]` came: nothing more is read, whatever becomes of the connection. */
  readonly sawDone: boolean;
  /** The response is over: whole (null), or for the reason given. The record is complete after it. */
  end(problem: string | null, atNs: number): void;
}

/** What an answer is checked against while it is read. */
export interface AnswerRules {
  /** The most tokens that a request asks for which names no length itself. */
  maxTokens: number;
  /** Finish reasons of a whole answer that this engine's file adds. */
  finishReasons: readonly string[];
}

interface AnswerOptions extends AnswerRules {
  log: TokenLog;
  keepText: boolean;
  secrets: readonly string[];
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
  private readonly scanner = new SseScanner({
    onEvent: (buffer, from, to) => this.takeEvent(buffer, from, to),
    onError: (buffer, from, to) => this.takeError(buffer, from, to),
    onStray: (buffer, from, to) => this.takeStray(buffer, from, to),
  });
  // A double from the start: times outgrow small integers after two seconds, and a member that changes its kind is compiled anew.
  private arrivedNs = Number.NaN;
  private readonly count = new ServerCount();
  private text = "";
  private said = "";
  /** Token ids with a comma between two; null until there were any. */
  private ids: string | null = null;
  private idCount = 0;
  /** The beginning of a body that is not an answer. */
  private readonly refusal = new ByteList();
  private location: string | null = null;
  /** The compression of the body, which the client did not ask for; null without one. */
  private encoding: string | null = null;
  private problem: string | null = null;
  sawDone = false;
  private isClosed = false;

  constructor(record: RequestRecord, options: AnswerOptions) {
    this.record = record;
    this.log = options.log;
    this.options = options;
  }

  onHead(status: number, header: HeaderOf = () => null): void {
    this.record.status = status;
    this.location = header("location");
    const encoding = header("content-encoding");
    if (encoding !== null && encoding !== "identity") this.encoding = encoding;
  }

  onBody(buffer: Buffer, from: number, to: number, atNs: number): void {
    this.arrivedNs = atNs;
    if (this.encoding !== null) return;
    if (this.record.status !== 200) return this.keepRefusal(buffer, from, to);
    let at = from;
    if (this.count.tokens === null && this.scanner.between && !this.sawDone) {
      const { shape } = this;
      for (let end = 0; at < to && !this.isClosed && (end = shape.take(buffer, at, to)) >= 0; at = end) {
        this.bear(shape.tokens);
      }
    }
    if (at < to && !this.isClosed) this.scanner.feed(buffer, at, to);
  }

  end(reason: string | null, atNs: number): void {
    const { record, options, count } = this;
    record.endNs = atNs;
    if (reason === null && record.status === 200) this.scanner.end();
    this.close();
    // Empty lists alone say nothing.
    const ids = this.idCount === 0 ? null : this.idCount;
    const most = record.askedOutputTokens ?? options.maxTokens;
    record.outputTokens = count.total({ chunks: record.chunks, ids, most });
    record.promptTokens = count.problem === null ? count.promptTokens : null;
    record.countProblem = count.problem;
    // The server's own message of an error says more than how the connection ended after it.
    record.error = this.problem ?? (this.sawDone ? null : reason) ?? this.unfinished();
    record.text = options.keepText ? withoutSecrets(this.text, longEnough(options.secrets)) : null;
    if (record.chunks > 0) record.outputHash = hash("sha256", this.ids || this.said);
  }

  /** Parses an event that does not match the learnt shape. */
  private takeEvent(buffer: Buffer, from: number, to: number): void {
    if (to === from || this.isClosed || this.sawDone) return;
    const data = buffer.toString("utf8", from, to);
    if (data.trim() === DONE) {
      this.sawDone = true;
      return;
    }
    this.gather();
    const event = readCompletionEvent(data);
    if (event.error !== null) this.fail(event.error);
    if (event.problem === null) this.read(event);
    else this.fail(`an event cannot be read, ${event.problem}: ${data}`);
    if (!this.isClosed) this.shape.learn(data, event);
  }

  private takeError(buffer: Buffer, from: number, to: number): void {
    if (this.isClosed || this.sawDone) return;
    this.fail(bodyMessage(buffer.toString("utf8", from, to)) ?? "an error without a message");
  }

  private takeStray(buffer: Buffer, from: number, to: number): void {
    if (this.isClosed || this.sawDone) return;
    if (this.refusal.length > 0) this.refusal.appendByte(LF);
    this.keepRefusal(buffer, from, to);
  }

  private keepRefusal(buffer: Buffer, from: number, to: number): void {
    const room = LONGEST_REFUSAL - this.refusal.length;
    if (room > 0) this.refusal.append(buffer, from, Math.min(to, from + room));
  }

  /** The first thing that went wrong is the reason. */
  private fail(problem: string): void {
    this.problem ??= tidyMessage(problem, this.options.secrets);
  }

  private read(event: CompletionEvent): void {
    const { record, count } = this;
    const { finish } = event;
    const grew = count.take(event, record.chunks);
    const bears = event.bearsTokens || (event.choices > 0 && (grew ?? 0) > 0);
    this.text += event.text;
    this.said += event.said;
    if (event.tokenIds) this.addIds(event.tokenIds.join(","), event.tokenIds.length);
    record.finish = finish ?? record.finish;
    if (finish !== null && !answerFinishes.has(finish) && !this.options.finishReasons.includes(finish)) {
      this.fail(
        `finish reason "${finish}" is not that of a whole answer (an engine file may add to them by finish_reasons)`,
      );
    }
    // Last, since the token count may end the answer here.
    if (bears) this.bear(event.tokenIds?.length ?? grew);
  }

  private bear(tokens: number | null): void {
    const { record, arrivedNs } = this;
    record.chunks += 1;
    record.firstTokenNs ??= arrivedNs;
    record.lastTokenNs = arrivedNs;
    // The rest of the same read is left out, unless the answer itself says that it ends here.
    if (this.log.append(record.index, arrivedNs, tokens) && record.finish === null) this.close();
  }

  /** Takes no further events. */
  private close(): void {
    if (this.isClosed) return;
    this.gather();
    this.shape.release();
    this.isClosed = true;
  }

  /** Adds what was taken without parsing, before anything that came after it. */
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

  /** Why a response that came whole is not a whole answer; null where it is one. */
  private unfinished(): string | null {
    const { record, options, encoding, location, sawDone } = this;
    const { status, finish, chunks } = record;
    const { secrets } = options;
    const body = encoding === null ? this.refusal.drain("utf8") : `a body that is compressed (${encoding})`;
    if (status !== 200) return httpFailure(status ?? 0, { body, location, secrets });
    if (finish !== null && chunks > 0) return null;
    const said = bodyMessage(body);
    return tidyMessage(`${whatIsMissing(finish, chunks, sawDone)}${said === null ? "" : `: ${said}`}`, secrets);
  }
}

function whatIsMissing(finish: string | null, chunks: number, sawDone: boolean): string {
  if (chunks === 0) {
    return finish === null
      ? "HTTP 200, but no token and no end of an answer came"
      : `the answer ended (finish reason "${finish}"), and none of its events bore a token`;
  }
  return sawDone
    ? `the stream ended with ${DONE} and no finish reason`
    : "the stream ended before the answer did: no finish reason came";
}

function commasIn(list: string): number {
  let count = 0;
  for (let at = list.indexOf(","); at >= 0; at = list.indexOf(",", at + 1)) count += 1;
  return count;
}
