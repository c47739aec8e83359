import { hash } from "node:crypto";
import type { RequestRecord } from "../schema/observation.ts";
import { DONE, readCompletionEvent, type CompletionEvent } from "./completion-event.ts";
import { httpFailure, tidyMessage } from "./failure-text.ts";
import { createEventShape } from "./event-shape.ts";
import { createSseScanner } from "./sse.ts";
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

/** Token events go into the log under the record's index. The text stays in the record only with `keepText`. */
export function createAnswer(
  record: RequestRecord,
  options: { log: TokenLog; keepText: boolean; secret: string | null },
): Answer {
  const { log, keepText, secret } = options;
  let refusal = "";
  let problem: string | null = null;
  let done = false;
  let text = "";
  let said = "";
  let ids: number[] | null = null;
  let usage: number | null = null;
  let arrivedNs = 0;

  const scanner = createSseScanner((buffer, from, to) => {
    if (to === from) return;
    const data = buffer.toString("utf8", from, to);
    if (data.trim() === DONE) {
      done = true;
      return;
    }
    const event = readCompletionEvent(data);
    if (event === null) problem ??= tidyMessage(`an event that is not a JSON object: ${data}`, secret);
    else {
      take(event);
      shape.learn(data, event);
    }
  });
  const shape = createEventShape();

  /** The quick way for an event that lies whole in one read and is like the one before it; false where it is not. */
  const takeAlike = (buffer: Buffer, from: number, to: number): boolean => {
    if (usage !== null || !scanner.idle()) return false;
    const event = shape.match(buffer, from, to);
    if (event === null) return false;
    bear(event.tokenIds?.length ?? null);
    text += event.text;
    said += event.text;
    if (event.tokenIds) (ids ??= []).push(...event.tokenIds);
    return true;
  };

  const bear = (tokens: number | null): void => {
    record.chunks += 1;
    record.firstTokenNs ??= arrivedNs;
    record.lastTokenNs = arrivedNs;
    log.append(record.index, arrivedNs, tokens);
  };

  const take = (event: CompletionEvent): void => {
    if (event.error !== null) problem ??= tidyMessage(event.error, secret);
    const counted = tokensCounted(event);
    if (event.bearsTokens || (usage !== null && event.choices > 0 && (counted ?? 0) > 0)) {
      bear(event.tokenIds?.length ?? counted);
    }
    text += event.text;
    said += event.said;
    if (event.tokenIds) (ids ??= []).push(...event.tokenIds);
    usage = event.completionTokens ?? usage;
    record.promptTokens = event.promptTokens ?? record.promptTokens;
    record.finish = event.finish ?? record.finish;
  };

  /**
   * How far the server's count grew with this event, null where that is unknown. Where a server counts in every event,
   * the count says that an event bears a token even if no text came with it (the end token, half a character).
   */
  const tokensCounted = ({ completionTokens }: CompletionEvent): number | null => {
    if (completionTokens === null) return null;
    if (usage !== null) return completionTokens - usage;
    return record.chunks === 0 ? completionTokens : null;
  };

  return {
    onHead(status) {
      record.status = status;
    },
    onBody(buffer, from, to, atNs) {
      arrivedNs = atNs;
      if (record.status === 200) {
        if (!takeAlike(buffer, from, to)) scanner.feed(buffer, from, to);
      } else if (refusal.length < LONGEST_REFUSAL) refusal += buffer.toString("utf8", from, to);
    },
    end(reason, atNs) {
      record.endNs = atNs;
      if (reason === null && record.status === 200) scanner.end();
      record.outputTokens = usage ?? ids?.length ?? null;
      record.error = reason ?? problem ?? unfinished();
      record.text = keepText ? text : null;
      if (record.chunks > 0) record.outputHash = hash("sha256", ids === null ? said : ids.join(","));
    },
  };

  /** Why an answer that came whole is none; null where it is one. */
  function unfinished(): string | null {
    const { status, finish, chunks } = record;
    if (status !== 200) return httpFailure(status ?? 0, refusal, secret);
    if (finish !== null && brokenFinishes.has(finish)) return `the server gave up: finish reason "${finish}"`;
    if (finish !== null || (done && chunks > 0)) return null;
    return chunks > 0
      ? "the stream ended before the answer did"
      : "HTTP 200, but no token and no end of an answer came";
  }
}
