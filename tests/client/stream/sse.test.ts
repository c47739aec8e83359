import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/math/random.ts";
import { SseScanner } from "../../../src/client/stream/sse.ts";
import { recordedStream } from "../../support/completions.ts";

/** The data of every event of a stream that comes in pieces. All pieces are read into the same bytes, as a socket does. */
function scan(pieces: readonly Buffer[]): string[] {
  const events: string[] = [];
  const told = (kind: string) => (buffer: Buffer, from: number, to: number) =>
    void events.push(kind + buffer.toString("utf8", from, to));
  const scanner = new SseScanner({ onEvent: told(""), onError: told("error: "), onStray: told("stray: ") });
  const shared = Buffer.alloc(Math.max(...pieces.map((piece) => piece.length)) + 5, "#\n");
  for (const piece of pieces) {
    piece.copy(shared, 3);
    scanner.feed(shared, 3, 3 + piece.length);
    shared.fill("!");
  }
  scanner.end();
  return events;
}

function whole(text: string): string[] {
  return scan([Buffer.from(text)]);
}

function bytewise(text: string): string[] {
  return scan([...Buffer.from(text)].map((byte) => Buffer.from([byte])));
}

describe("SseScanner", () => {
  const cases: { what: string; stream: string; events: string[] }[] = [
    { what: "one event", stream: "data: a\n\n", events: ["a"] },
    { what: "no blank after the colon", stream: "data:a\n\n", events: ["a"] },
    { what: "one blank taken off, not two", stream: "data:  a\n\n", events: [" a"] },
    { what: "several events in one read", stream: "data: a\n\ndata: b\n\ndata: c\n\n", events: ["a", "b", "c"] },
    { what: "several data lines joined", stream: "data: a\ndata: b\ndata\ndata: c\n\n", events: ["a\nb\n\nc"] },
    { what: "CR", stream: "data: a\r\rdata: b\r\r", events: ["a", "b"] },
    { what: "CRLF", stream: "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", events: ["a\nb", "c"] },
    { what: "mixed line ends", stream: "data: a\r\n\ndata: b\n\r\ndata: c\r\r\n", events: ["a", "b", "c"] },
    { what: "comments and keep-alives", stream: ": ping\n\n:\n\ndata: a\n: in between\n\n", events: ["a"] },
    { what: "other fields", stream: "event: x\nid: 7\nretry: 10\ndata: a\nevents\n\n", events: ["stray: events", "a"] },
    { what: "an event named error", stream: "event: error\ndata: a\n\ndata: b\n\n", events: ["error: a", "b"] },
    { what: "the name behind the data", stream: "data: a\nevent:error\n\ndata: b\n\n", events: ["error: a", "b"] },
    { what: "an event named error without data", stream: "event: error\n\ndata: b\n\n", events: ["error: ", "b"] },
    { what: "a field named error", stream: 'data: a\nerror: {"x":1}\n\n', events: ['error: {"x":1}', "a"] },
    { what: "other names of events", stream: "event: errors\ndata: a\n\n", events: ["a"] },
    { what: "no event stream", stream: '<p>\n{"error":1}', events: ["stray: <p>", 'stray: {"error":1}'] },
    { what: "an event without data", stream: "event: x\n\ndata: a\n\n", events: ["a"] },
    { what: "a byte order mark", stream: "\uFEFFdata: a\n\n", events: ["a"] },
    { what: "characters of two to four bytes", stream: "data: é€🙂 漢\n\n", events: ["é€🙂 漢"] },
    { what: "an end without a blank line", stream: "data: a\n\ndata: b\n", events: ["a", "b"] },
    { what: "an end inside a line", stream: "data: a\n\ndata: b", events: ["a", "b"] },
    { what: "a line of blanks, which ends nothing", stream: "data: a\n \ndata: b\n\n", events: ["stray:  ", "a\nb"] },
    { what: "nothing", stream: "\n\n\r\n", events: [] },
  ];
  for (const { what, stream, events } of cases) {
    it(`reads ${what}, whole and byte by byte`, () => {
      expect(whole(stream)).toEqual(events);
      expect(bytewise(stream)).toEqual(events);
    });
  }

  it("gives the same events wherever a stream is cut", () => {
    const texts = cases.map(({ stream }) => Buffer.from(`${stream}\n\n`));
    const streams = [
      recordedStream("vllm-chat-stream"),
      recordedStream("vllm-completions-stream-token-ids"),
      Buffer.concat(texts.slice(0, 11)),
      Buffer.from("data: 🙂漢é\r\n\r\ndata: 漢\r\ndata: 🙂\r\n\r\n".repeat(20)),
    ];
    const random = createRandom("cuts");
    for (const stream of streams) {
      const expected = scan([stream]);
      expect(expected.length).toBeGreaterThan(5);
      for (let round = 0; round < 200; round++) {
        const count = 1 + random.integer(30);
        const cuts = Array.from({ length: count }, () => random.integer(stream.length + 1)).toSorted((a, b) => a - b);
        const edges = [0, ...cuts, stream.length];
        const pieces = edges.slice(1).map((to, index) => stream.subarray(edges[index], to));
        expect(scan(pieces)).toEqual(expected);
      }
    }
  });
});

it("gives up a line, and an event, that has no end, and holds no more of it", () => {
  const errors: string[] = [];
  const told = (buffer: Buffer, from: number, to: number) => void errors.push(buffer.toString("utf8", from, to));
  const scanner = new SseScanner({ onEvent: () => undefined, onError: told, onStray: () => undefined });
  const part = Buffer.alloc(1 << 20, "x");
  const before = process.memoryUsage.rss();
  for (let at = 0; at < 40; at += 1) scanner.feed(part, 0, part.length);
  const lines = Buffer.from(`\n${`data: ${"y".repeat(1000)}\n`.repeat(1000)}`);
  for (let at = 0; at < 40; at += 1) scanner.feed(lines, at === 0 ? 0 : 1, lines.length);
  expect(new Set(errors)).toEqual(new Set(["an event is longer than 16 MiB"]));
  expect(errors.length).toBeGreaterThan(3);
  expect(process.memoryUsage.rss() - before).toBeLessThan(200 << 20);
});
