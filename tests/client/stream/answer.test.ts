import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createAnswer } from "../../../src/client/stream/answer.ts";
import { newRecord } from "../../../src/client/stream/new-record.ts";
import { createTokenLog } from "../../../src/client/stream/token-log.ts";
import type { RequestRecord } from "../../../src/schema/observation.ts";
import { completionEvents, event, recordedStream, textSample } from "../../support/completions.ts";

const blank: RequestRecord = { ...newRecord(textSample(0), "measure", null, null), index: 0 };

/** One answer; piece number n (from 1) arrives at n µs. */
function answerOf(
  pieces: readonly (string | Buffer)[],
  options: {
    status?: number;
    cut?: string;
    secret?: string;
    headers?: { [name: string]: string };
    finish?: string;
  } = {},
) {
  const record = { ...blank };
  const log = createTokenLog(1);
  const answer = createAnswer(record, {
    log,
    keepText: true,
    secrets: options.secret === undefined ? [] : [options.secret],
    maxTokens: 100,
    finishReasons: options.finish === undefined ? [] : [options.finish],
  });
  answer.onHead(options.status ?? 200, (name) => options.headers?.[name] ?? null);
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

  it.each(["cancelled", "timeout", "error", "abort", "end_turn"])("fails an answer that ends with %s", (finish) => {
    expect(answerOf([said("a"), said("", finish)]).record).toMatchObject({ finish, chunks: 1 });
    expect(answerOf([said("a"), said("", finish)]).record.error).toContain(`finish reason "${finish}"`);
  });

  it.each(["stop", "length", "tool_calls", "function_call", "content_filter"])("finishes with %s", (finish) => {
    expect(answerOf([said("a"), said("", finish)]).record).toMatchObject({ finish, error: null });
  });

  it("finishes with what the engine's file adds", () => {
    expect(answerOf([said("a"), said("", "end_turn")], { finish: "end_turn" }).record.error).toBeNull();
  });

  it("treats an empty finish reason as none, so that the answer ends with the real one", () => {
    const unsaid = [said("a", ""), said("b", "")];
    expect(answerOf([...unsaid, said("", "length")]).record).toMatchObject({
      error: null,
      finish: "length",
      chunks: 2,
    });
    expect(answerOf(unsaid).record.error).toMatch(/stream ended before the answer/);
    expect(answerOf([...unsaid, "data: [DONE]\n\n"]).record.error).toMatch(/ended with \[DONE\] and no finish reason/);
  });

  it("fails an answer none of whose events bore a token, whatever is counted", () => {
    const nothing = event({ choices: [{ delta: {}, finish_reason: "stop" }], usage: { completion_tokens: 8 } });
    const { record, at } = answerOf([nothing, "data: [DONE]\n\n"]);
    expect(record.error).toMatch(/finish reason "stop"\), and none of its events bore a token/);
    expect(at).toEqual([]);
  });

  it("counts a first event without text as a token where the server counts its token", () => {
    const { record, tokens } = answerOf([counted("", 1), counted("", 2), counted("a", 3), counted("", 3, "length")]);
    expect(record).toMatchObject({ error: null, chunks: 3, firstTokenNs: 1000, lastTokenNs: 3000, outputTokens: 3 });
    expect(tokens).toEqual([1, 1, 1]);
  });

  it("does not take a count that stays at zero until the end for that of each event", () => {
    const { record, tokens } = answerOf([counted("a", 0), counted("b", 0), counted("", 2, "length")]);
    expect(record).toMatchObject({ chunks: 2, outputTokens: 2, lastTokenNs: 2000 });
    expect(tokens).toEqual([1, 1]);
  });

  it("counts nothing that comes after [DONE]", () => {
    const late = [
      said("c"),
      event({ choices: [], usage: { completion_tokens: 9 } }),
      'data: {"error":"x"}\n\n',
      "<p>\n",
    ];
    const { record } = answerOf([said("a"), said("b", "stop"), "data: [DONE]\n\n", ...late]);
    expect(record).toMatchObject({ error: null, chunks: 2, text: "ab", outputTokens: null });
    expect(answerOf([Buffer.from([said("a"), "data: [DONE]\n\n", said("b")].join(""))]).record.chunks).toBe(1);
  });

  it("fails with what the server says of an error beside or in the place of an event", () => {
    const field = 'error: {"code":500,"message":"the context is full","type":"server_error"}\n\n';
    expect(answerOf([said("a"), field, "data: [DONE]\n\n"]).record.error).toBe("the context is full");
    expect(answerOf([said("a"), field, said("", "stop")]).record.error).toBe("the context is full");
    expect(answerOf([said("a"), `event: error\n${said("", "stop")}`]).record.error).toMatch(/"finish_reason":"stop"/);
    expect(answerOf([said("a"), "event: error\ndata: overloaded\n\n"]).record.error).toBe("overloaded");
    expect(answerOf([said("a"), "event: error\n\n"]).record.error).toBe("an error without a message");
    const dead = event({ error: { message: "the engine died" } });
    expect(answerOf([said("a"), dead], { cut: "connection reset" }).record.error).toBe("the engine died");
  });

  it("says in the server's words what came with a 200 in the place of a stream", () => {
    const error = '{"error":{"code":400,"message":"the prompt of 9 is over the context of 4"}}';
    expect(answerOf([error]).record.error).toBe(
      "HTTP 200, but no token and no end of an answer came: the prompt of 9 is over the context of 4",
    );
    expect(answerOf([JSON.stringify(JSON.parse(error), null, 2)]).record.error).toMatch(/over the context of 4$/);
    const whole = '{"choices":[{"text":"a b","finish_reason":"stop"}],"usage":{"completion_tokens":2}}';
    expect(answerOf([whole]).record.error).toContain(`came: ${whole}`);
    expect(answerOf(["\u001f\u008b junk"], { headers: { "content-encoding": "gzip" } }).record.error).toMatch(
      /a body that is compressed \(gzip\)/,
    );
    expect(answerOf([said("a"), "Internal Server Error"]).record.error).toMatch(
      /ended before the answer did: no finish reason came: Internal Server Error/,
    );
  });

  it("says where a redirect leads", () => {
    const headers = { location: "/v2/completions" };
    expect(answerOf([], { status: 307, headers }).record.error).toBe("HTTP 307: moved to /v2/completions");
    expect(answerOf(["see there"], { status: 307, headers }).record.error).toBe("HTTP 307: see there");
  });

  it("is the same refusal wherever it is cut, also inside a character and beyond what is kept", () => {
    const words = Buffer.from(`{"error":{"message":"${"é".repeat(100)}"},"more":"${"€".repeat(1500)}"}`);
    const whole = answerOf([words], { status: 400 }).record.error;
    for (let at = 1; at < words.length; at += 7) {
      expect(answerOf([words.subarray(0, at), words.subarray(at)], { status: 400 }).record.error).toBe(whole);
    }
  });

  it.each([
    [[said("a"), said("b", "stop"), event({ usage: { completion_tokens: "2" } })], 'completion_tokens is "2"'],
    [[said("a", "stop"), event({ usage: { completion_tokens: -1 } })], "completion_tokens is -1"],
    [[said("a", "stop"), event({ usage: { prompt_tokens: [7], completion_tokens: 1 } })], "prompt_tokens is [7]"],
    [[counted("a", 2), counted("b", 1, "stop")], "completion_tokens went from 2 to 1"],
    [
      [said("a", "stop"), event({ usage: { completion_tokens: 101 } })],
      "completion_tokens is 101, and 100 were asked for at most",
    ],
    [
      [said("a"), said("b", "stop"), event({ usage: { completion_tokens: 1 } })],
      "completion_tokens is 1, and 2 events bore tokens",
    ],
    [
      [said("a", "stop"), event({ usage: { completion_tokens: 0 } })],
      "completion_tokens is 0, and 1 events bore tokens",
    ],
  ])("computes nothing from a count that cannot be true (%#)", (stream, countProblem) => {
    const { record, tokens } = answerOf([...stream, "data: [DONE]\n\n"]);
    expect(record).toMatchObject({ error: null, countProblem, outputTokens: null, promptTokens: null });
    expect(tokens.every((token) => token === 0)).toBe(true);
  });

  it("counts the ids that came where usage cannot be true", () => {
    const ids = event({ choices: [{ text: "ab", token_ids: [5, 6], finish_reason: "stop" }] });
    const { record } = answerOf([ids, event({ usage: { completion_tokens: 1 } })]);
    expect(record).toMatchObject({ outputTokens: 2, countProblem: "completion_tokens is 1, and 2 token ids came" });
  });

  it("allows several answers to one request as many tokens each, and calls more events than tokens", () => {
    const two = [0, 1].map((index) => event({ choices: [{ index, text: "a", finish_reason: "stop" }] }));
    expect(answerOf([...two, event({ usage: { completion_tokens: 150 } })]).record).toMatchObject({
      outputTokens: 150,
      countProblem: null,
    });
    const call = event({ choices: [{ delta: { tool_calls: [{ function: { name: "f", arguments: "" } }] } }] });
    const rest = event({
      choices: [{ delta: { tool_calls: [{ function: { arguments: "{}" } }] }, finish_reason: "tool_calls" }],
    });
    expect(answerOf([call, rest, event({ usage: { completion_tokens: 1 } })]).record).toMatchObject({
      outputTokens: 1,
      chunks: 2,
      countProblem: null,
    });
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

it("keeps an answer's text without the key that a server repeats in it, unless it is a word, and all else as it is", () => {
  const textWithout = (secret: string) => answerOf([said("a key-0123, token=abc", "stop")], { secret }).record.text;
  expect(["key-0123", "a"].map(textWithout)).toEqual(["a ***, token=abc", "a key-0123, token=abc"]);
});
