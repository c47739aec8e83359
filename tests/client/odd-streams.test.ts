import { afterEach, describe, expect, it } from "vitest";
import { createAnswer } from "../../src/client/stream/answer.ts";
import { Http1Response } from "../../src/client/stream/http1-response.ts";
import { newRecord } from "../../src/client/stream/new-record.ts";
import { createTokenLog } from "../../src/client/stream/token-log.ts";
import { completionEvents, event, someSamples, someWorkload, textSample } from "../support/completions.ts";
import { oddStreams, type OddStream } from "../support/odd-streams.ts";
import { runPhase } from "../support/phase.ts";
import { startStreamServer, type StreamServer } from "../support/stream-server.ts";

const plainHead = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

function answered({ body, head = plainHead, breaks = false }: OddStream, cutEverywhere: boolean) {
  const record = { ...newRecord(textSample(0), "measure", null, null), index: 0 };
  const log = createTokenLog(1);
  const answer = createAnswer(record, { log, keepText: true, secrets: [], maxTokens: 100, finishReasons: [] });
  const response = new Http1Response();
  response.expect(answer);
  const bytes = Buffer.concat([
    Buffer.from(head),
    framed(Buffer.from(body as string), head.includes("chunked"), breaks),
  ]);
  const pieces = cutEverywhere ? Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)) : [bytes];
  for (const piece of pieces) response.feed(piece, 0, piece.length, 0);
  const isWhole = response.done || response.endedByClose();
  answer.end(isWhole ? null : "reset", 0);
  const { length, tokens } = log.take(0, record.outputTokens);
  return { ...record, tokens: Array.from(tokens.subarray(0, length)) };
}

function framed(body: Buffer, isChunked: boolean, breaks: boolean): Buffer {
  if (!isChunked) return body;
  const size = Buffer.from(`${body.length.toString(16)}\r\n`);
  return Buffer.concat([size, body, Buffer.from(breaks ? "\r\n" : "\r\n0\r\n\r\n")]);
}

describe("an odd answer", () => {
  it.each(Object.entries(oddStreams))("%s: comes to what it says", (_name, stream) => {
    const { error, body: _body, head: _head, breaks: _breaks, ...expected } = stream;
    const record = answered(stream, false);
    if (error === null) expect(record.error).toBeNull();
    else expect(record.error).toMatch(error);
    expect(record).toMatchObject(expected);
    expect(record.countProblem).toBe(expected.countProblem ?? null);
    // As many as were counted, each in its place.
    if (error === null) expect(record.tokens.reduce((sum, count) => sum + count, 0)).toBe(record.outputTokens ?? 0);
    expect(answered(stream, true)).toEqual(record);
  });
});

let server: StreamServer | null = null;
afterEach(() => server?.close());

describe("one odd answer among others", () => {
  it.each([
    { choices: 5 },
    { choices: ["a"] },
    { choices: [{ delta: { tool_calls: 7 } }] },
    { error: { error: { error: { error: { message: "deep" } } } } },
  ])("costs its request and no other: %j", async (odd) => {
    server = await startStreamServer(({ index }) => ({
      pieces: index === 5 ? [event(odd), ...completionEvents(3)] : completionEvents(3),
    }));
    const { records } = await runPhase(server.url, someWorkload(), someSamples(20));
    const failed = records.filter(({ error }) => error !== null);
    expect(records).toHaveLength(20);
    expect(failed.map(({ error }) => error)).toEqual([expect.stringMatching(/cannot be read|deep/)]);
  });
});
