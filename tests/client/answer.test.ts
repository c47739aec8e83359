import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAnswer } from "../../src/client/answer.ts";
import { newRecord } from "../../src/client/new-record.ts";
import { createTokenLog } from "../../src/client/token-log.ts";
import type { RequestRecord } from "../../src/schema/observation.ts";
import { completionEvents, event, recordedStream, textSample } from "../support/completions.ts";

const blank: RequestRecord = { ...newRecord(textSample(0), "measure", null, null), index: 0 };

/** One answer; piece number n (from 1) arrives at n µs. */
function answerOf(
  pieces: readonly (string | Buffer)[],
  options: { status?: number; cut?: string; secret?: string } = {},
) {
  const record = { ...blank };
  const log = createTokenLog(1);
  const answer = createAnswer(record, { log, keepText: true, secret: options.secret ?? null });
  answer.onHead(options.status ?? 200);
  for (const [index, piece] of pieces.entries()) {
    const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
    answer.onBody(bytes, 0, bytes.length, (index + 1) * 1000);
  }
  answer.end(options.cut ?? null, 99_000);
  const { length, atNs, tokens } = log.take(record.index, record.outputTokens);
  return { record, at: Array.from(atNs.subarray(0, length)), tokens: Array.from(tokens.subarray(0, length)) };
}

function said(text: string, finish: string | null = null): string {
  return event({ choices: [{ text, finish_reason: finish }] });
}

function counted(text: string, completed: number, finish: string | null = null): string {
  const usage = { prompt_tokens: 3, completion_tokens: completed };
  return event({ choices: [{ text, finish_reason: finish }], usage });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("createAnswer", () => {
  it("reads what vLLM really sends for completions", () => {
    const { record, tokens } = answerOf([recordedStream("vllm-completions-stream")]);
    expect(record).toMatchObject({
      status: 200,
      error: null,
      finish: "length",
      promptTokens: 5,
      outputTokens: 5,
      chunks: 5,
      text: " w409 w849 w659 w849 w659",
      outputHash: sha256(" w409 w849 w659 w849 w659"),
    });
    expect(tokens).toEqual([1, 1, 1, 1, 1]);
  });

  it("reads vLLM's chat, whose first event is a role and no token", () => {
    const { record } = answerOf([recordedStream("vllm-chat-stream")]);
    expect(record).toMatchObject({ error: null, outputTokens: 4, chunks: 4, text: " w409 w849 w659 w849" });
  });

  it("hashes the token ids where the server returns them", () => {
    const { record, tokens } = answerOf([recordedStream("vllm-completions-stream-token-ids")]);
    expect(record).toMatchObject({ error: null, outputTokens: 4, chunks: 4, outputHash: sha256("413,853,663,853") });
    expect(tokens).toEqual([1, 1, 1, 1]);
  });

  it("stamps each token with the arrival of the bytes that end its event", () => {
    const { record, at } = answerOf(['data: {"choices":[{"text":"a"}]}\n', "\n", ...completionEvents(2)]);
    expect(at).toEqual([2000, 3000, 4000]);
    expect(record).toMatchObject({ firstTokenNs: 2000, lastTokenNs: 4000, endNs: 99_000 });
  });

  it("spreads the server's count evenly where events do not say how many tokens they bear", () => {
    const usage = event({ choices: [], usage: { prompt_tokens: 1, completion_tokens: 8 } });
    const { record, tokens } = answerOf([said("a b"), said("a b"), said("a b", "stop"), usage]);
    expect(record).toMatchObject({ outputTokens: 8, chunks: 3 });
    expect(tokens).toEqual([2, 3, 3]);
  });

  it("takes the count of each event where usage is in every one", () => {
    const { record, tokens } = answerOf([counted("a", 1), counted("bcd", 4), counted("", 5), counted("", 6, "stop")]);
    // Half a character and the end token have no text, but the server counted them when they came.
    expect(tokens).toEqual([1, 3, 1, 1]);
    expect(record).toMatchObject({ outputTokens: 6, chunks: 4, lastTokenNs: 4000 });
  });

  it("does not take the total in the last event for that event's own count", () => {
    const last = event({ choices: [{ text: "c", finish_reason: "stop" }], usage: { completion_tokens: 3 } });
    const { tokens } = answerOf([event({ choices: [{ text: "a" }] }), event({ choices: [{ text: "b" }] }), last]);
    expect(tokens).toEqual([1, 1, 1]);
  });

  it("counts returned token ids where the server sends no usage, and nothing where it sends neither", () => {
    const ids = event({ choices: [{ text: "ab", token_ids: [5, 6], finish_reason: "stop" }] });
    expect(answerOf([ids]).record.outputTokens).toBe(2);
    const silent = answerOf([event({ choices: [{ text: "ab", finish_reason: "stop" }] })]);
    expect(silent.record).toMatchObject({ outputTokens: null, error: null, chunks: 1 });
    expect(silent.tokens).toEqual([0]);
  });

  it("does without [DONE]", () => {
    expect(answerOf(completionEvents(3).slice(0, -1)).record).toMatchObject({ error: null, outputTokens: 3 });
  });

  it("fails a request with an error object inside a 200 stream, also when [DONE] follows", () => {
    const dead = event({
      error: { message: "EngineCore encountered an issue.", type: "InternalServerError", code: 500 },
    });
    const { record } = answerOf([...completionEvents(3).slice(0, 2), dead, "data: [DONE]\n\n"]);
    expect(record).toMatchObject({ status: 200, error: "EngineCore encountered an issue.", chunks: 2 });
  });

  it("fails what ends too early, breaks off, or is no stream", () => {
    expect(answerOf(completionEvents(3).slice(0, 2)).record.error).toMatch(/stream ended before the answer/);
    expect(answerOf(["<html>hello</html>"]).record.error).toMatch(/no token and no end/);
    expect(answerOf(["data: {oops\n\n", ...completionEvents(2)]).record.error).toMatch(/not a JSON object: \{oops/);
    expect(answerOf(completionEvents(3).slice(0, 1), { cut: "connection reset" }).record).toMatchObject({
      error: "connection reset",
      chunks: 1,
    });
    const aborted = event({ choices: [{ text: "a", finish_reason: "abort" }] });
    expect(answerOf([aborted]).record.error).toMatch(/finish reason "abort"/);
  });

  it("says a refusal in the server's words, short and without the key", () => {
    const refusal = '{"error":{"message":"max_tokens=99999 cannot be greater than\\n max_model_len=2048.","code":400}}';
    expect(answerOf([refusal.slice(0, 30), refusal.slice(30)], { status: 400 }).record).toMatchObject({
      status: 400,
      error: "HTTP 400: max_tokens=99999 cannot be greater than max_model_len=2048.",
      outputTokens: null,
    });
    expect(answerOf(["upstream down"], { status: 502 }).record.error).toBe("HTTP 502: upstream down");
    expect(answerOf([], { status: 503 }).record.error).toBe("HTTP 503: no message");
    const long = answerOf(['{"detail":"', "x".repeat(2000), '"}'], { status: 422 }).record.error ?? "";
    expect(long).toHaveLength(300);
    const leaked = answerOf(['{"error":{"message":"wrong key sk-12345 given"}}'], { status: 401, secret: "sk-12345" });
    expect(leaked.record.error).toBe("HTTP 401: wrong key *** given");
  });
});
