import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createAnswer } from "../../src/client/stream/answer.ts";
import { Http1Response } from "../../src/client/stream/http1-response.ts";
import { newRecord } from "../../src/client/stream/new-record.ts";
import { createRandom } from "../../src/math/random.ts";
import type { RequestRecord } from "../../src/schema/observation.ts";
import { recordedStream, textSample } from "../support/completions.ts";
import { fixtureText } from "../support/engine-named.ts";

type Appended = { atNs: number; tokens: number | null };

/** A record before its answer. */
function blank(): RequestRecord {
  return { ...newRecord(textSample(0), "measure", null, null), index: 7 };
}

/** Reads a response in pieces, all of them into the same bytes as a socket does. Piece n (from 0) arrives at n. */
function answerOf(pieces: readonly Buffer[], keepText = true) {
  const record = blank();
  const events: Appended[] = [];
  const log = { append: (_: number, atNs: number, tokens: number | null) => void events.push({ atNs, tokens }) };
  const answer = createAnswer(record, { log: log as never, keepText, secrets: [], maxTokens: 100, finishReasons: [] });
  const response = new Http1Response();
  response.expect(answer);
  const shared = Buffer.alloc(Math.max(...pieces.map((piece) => piece.length)) + 8, "#");
  for (const [atNs, piece] of pieces.entries()) {
    piece.copy(shared);
    response.feed(shared, 0, piece.length, atNs);
    shared.fill("!");
  }
  const whole = response.done || response.endedByClose();
  answer.end(whole ? null : (response.problem ?? "cut off"), 0);
  return { record, events };
}

/** What does not depend on when the bytes came. */
function said({ record, events }: ReturnType<typeof answerOf>) {
  const { firstTokenNs: _, lastTokenNs: __, ...rest } = record;
  return { ...rest, tokens: events.map(({ tokens }) => tokens) };
}

const head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const chunk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);

/** A read for each event, as a server that writes each on its own is mostly read. */
function eventByEvent(stream: Buffer): Buffer[] {
  const events = stream.toString("latin1").split(/(?<=\n\n|\r\n\r\n)/);
  return [Buffer.from(head), ...events.map((event) => chunk(Buffer.from(event, "latin1"))), Buffer.from("0\r\n\r\n")];
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.toSorted((left, right) => left - right), bytes.length];
  return edges.slice(1).map((to, index) => bytes.subarray(edges[index], to));
}

const everywhere = (bytes: Buffer): Buffer[] => [...bytes].map((byte) => Buffer.from([byte]));
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const recorded = readdirSync(new URL("../fixtures/streams/", import.meta.url))
  .filter((name) => name.endsWith(".sse"))
  .map((name) => name.slice(0, -".sse".length));

describe("recorded streams", () => {
  it.each(recorded)("%s is the same answer by events, at once, byte by byte and until the connection's end", (name) => {
    const stream = recordedStream(name);
    const pieces = eventByEvent(stream);
    const byEvent = said(answerOf(pieces));
    expect(byEvent).toMatchObject({ status: 200, error: null, finish: "length" });
    expect(byEvent.outputTokens).toBeGreaterThan(3);
    expect(said(answerOf([Buffer.concat(pieces)]))).toEqual(byEvent);
    expect(said(answerOf(everywhere(Buffer.concat(pieces))))).toEqual(byEvent);
    const closed = Buffer.concat([Buffer.from("HTTP/1.0 200 OK\r\n\r\n"), stream]);
    expect(said(answerOf([closed]))).toEqual(byEvent);
  });

  it("reads llama.cpp's chat, whose first content is null and whose last event has none", () => {
    const { record } = answerOf(eventByEvent(recordedStream("llama-cpp-chat-stream")));
    expect(record).toMatchObject({ chunks: 12, outputTokens: 12, promptTokens: 15, finish: "length" });
    expect(record.text).toMatch(/^other\._other \+=/);
  });

  it("reads mlx-lm's streams, with comments first and fewer events than tokens", () => {
    const completions = answerOf(eventByEvent(recordedStream("mlx-lm-completions-stream"))).record;
    expect(completions).toMatchObject({ chunks: 22, outputTokens: 24, promptTokens: 5, finish: "length" });
    expect(completions.text).toMatch(/^\uFFFDunt\uFFFDuntectunt/);
    const chat = answerOf(eventByEvent(recordedStream("mlx-lm-chat-stream"))).record;
    expect(chat).toMatchObject({ outputTokens: 24, promptTokens: 15, finish: "length" });
  });

  it("reads SGLang's (written after its sources), whose chat begins without text and ends in an event of its own", () => {
    const chat = answerOf(eventByEvent(Buffer.from(fixtureText("sglang/chat-stream.sse")))).record;
    expect(chat).toMatchObject({ chunks: 7, outputTokens: 9, promptTokens: 21, finish: "length", error: null });
    expect(chat.text).toBe("The plan was agreed é by all, it");
    const completions = answerOf(eventByEvent(Buffer.from(fixtureText("sglang/completions-stream.sse")))).record;
    expect(completions).toMatchObject({ outputTokens: 9, promptTokens: 21, finish: "length", error: null });
    expect(completions.text).toBe(" The plan was agreed é by all it");
  });

  it("reads SGLang's error in the middle of a stream", () => {
    const [first = ""] = fixtureText("sglang/chat-stream.sse").split(/(?<=\n\n)/);
    const error = {
      object: "error",
      message: "the request was aborted",
      type: "BadRequestError",
      param: null,
      code: 400,
    };
    const stream = `${first}data: ${JSON.stringify({ error })}\n\ndata: [DONE]\n\n`;
    expect(answerOf(eventByEvent(Buffer.from(stream))).record.error).toContain("the request was aborted");
  });
});

interface Made {
  stream: string;
  text: string;
  said: string;
  ids: number[] | null;
  tokens: (number | null)[];
}

const words = [
  " a",
  "the",
  'a "quote"',
  "line\n",
  "tab\t",
  "\\",
  "/",
  "é",
  "漢字",
  "🙂",
  "\u0001",
  "\b\f\r",
  "text",
  " ",
];
/** Ways in which a server writes one and the same event; all of one stream are written in one. */
const forms: ((json: string) => string)[] = [
  (json) => `data: ${json}\n\n`,
  (json) => `data: ${json}\r\n\r\n`,
  (json) => `data:${json}\n\n`,
  (json) => `: keep-alive\n\ndata: ${json}\n\n`,
  (json) => `event: token\ndata: ${json}\n\n`,
];

/** A stream made up of a seed, and what it says. */
function madeUp(seed: string): Made {
  const random = createRandom(seed);
  const chat = random.integer(2) === 1;
  const withIds = random.integer(3) === 0;
  const thinking = chat && random.integer(2) === 1 ? random.integer(10) : 0;
  const blanks = random.integer(4) === 0;
  const write = forms[random.integer(3) === 0 ? random.integer(forms.length) : 0]!;
  const made: Made = { stream: "", text: "", said: "", ids: withIds ? [] : null, tokens: [] };
  const length = 2 + random.integer(30);
  for (let place = 0; place < length; place++) {
    const word = random.integer(3) > 0 ? ` w${random.integer(1000)}` : words[random.integer(words.length)]!;
    const thought = place < thinking;
    const body = !chat ? { text: word } : { delta: thought ? { reasoning_content: word } : { content: word } };
    const ids = withIds ? Array.from({ length: 1 + random.integer(3) }, () => random.integer(100_000)) : null;
    const choice = { index: 0, ...body, finish_reason: place === length - 1 ? "stop" : null };
    const event = {
      id: seed,
      choices: [ids === null ? choice : { ...choice, prompt_token_ids: null, token_ids: ids }],
    };
    const json = JSON.stringify(event);
    made.stream += write(blanks ? json.replaceAll('":', '": ') : json);
    made.said += word;
    if (!thought) made.text += word;
    if (ids) made.ids?.push(...ids);
    made.tokens.push(ids?.length ?? null);
  }
  made.stream += "data: [DONE]\n\n";
  return made;
}

describe("streams that are made up", () => {
  it("say what was put into them, however they come", () => {
    for (let round = 0; round < 300; round++) {
      const made = madeUp(`stream ${round}`);
      const random = createRandom(`cuts ${round}`);
      const pieces = eventByEvent(Buffer.from(made.stream));
      const bytes = Buffer.concat(pieces);
      const cuts = Array.from({ length: random.integer(40) }, () => random.integer(bytes.length));
      for (const given of [pieces, [bytes], cut(bytes, cuts)]) {
        const { record, events } = answerOf(given);
        expect(record).toMatchObject({ error: null, finish: "stop", text: made.text, chunks: made.tokens.length });
        expect(record.outputHash).toBe(sha256(made.ids?.join(",") ?? made.said));
        expect(record.outputTokens).toBe(made.ids?.length ?? null);
        expect(events.map(({ tokens }) => tokens)).toEqual(made.tokens);
      }
    }
  });

  it("give each token the time of the read that ended its event", () => {
    for (let round = 0; round < 50; round++) {
      const { stream, tokens } = madeUp(`times ${round}`);
      const { record, events } = answerOf(eventByEvent(Buffer.from(stream)));
      expect(events).toHaveLength(tokens.length);
      for (const [index, { atNs }] of events.entries()) {
        if (index > 0) expect(atNs).toBeGreaterThan(events[index - 1]!.atNs);
      }
      expect([record.firstTokenNs, record.lastTokenNs]).toEqual([events[0]!.atNs, events.at(-1)!.atNs]);
    }
  });

  it("bear nothing more once the answer is over, also where it ends on a token", () => {
    const stream = Buffer.concat(eventByEvent(Buffer.from(madeUp("stream 3").stream)));
    const [whole, record] = [answerOf([stream]), blank()];
    const limit = Math.ceil(whole.events.length / 2);
    let appended = 0;
    const log = { append: () => void ((appended += 1) === limit && answer.end("enough", 5)) };
    const answer = createAnswer(record, {
      log: log as never,
      keepText: true,
      secrets: [],
      maxTokens: 100,
      finishReasons: [],
    });
    const response = new Http1Response();
    response.expect(answer);
    response.feed(stream, 0, stream.length, 0);
    expect({ appended, chunks: record.chunks, error: record.error }).toEqual({
      appended: limit,
      chunks: limit,
      error: "enough",
    });
    expect(whole.record.text!.startsWith(record.text!)).toBe(true);
    expect(record.text!.length).toBeGreaterThan(0);
  });

  it("fail in the same way wherever they break off", () => {
    const bytes = Buffer.concat(eventByEvent(Buffer.from(madeUp("broken").stream)));
    for (let to = head.length; to < bytes.length; to += 13) {
      const { record } = answerOf(cut(bytes.subarray(0, to), [Math.floor(to / 2)]));
      expect(record).toMatchObject({ status: 200, error: "cut off" });
    }
  });
});
