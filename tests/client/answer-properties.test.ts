import * as fc from "fast-check";
import { expect, it, vi } from "vitest";
import { createAnswer } from "../../src/client/stream/answer.ts";
import { EventShape } from "../../src/client/stream/event-shape.ts";
import { newRecord } from "../../src/client/stream/new-record.ts";
import type { RequestRecord } from "../../src/schema/observation.ts";
import { textSample } from "../support/completions.ts";

/** Streams that are tried, each of about three JSON values: some at every run of the tests, many with `npm run soak:properties`. */
const asked = process.env["CETERIS_PROPERTY_STREAMS"];
const RUNS = Number(asked ?? 250);
/** The same streams at every run of the tests, others with each soak. */
const seed = asked === undefined ? { seed: 42 } : {};
/** JSON values that were in them. */
let values = 0;
const LONGEST_MS = 7_200_000;

const wholeFinishes = ["stop", "length", "tool_calls", "function_call", "content_filter"];

/** What an answer comes to when its bytes arrive in these pieces, less the times of the pieces. */
function resultOf(pieces: readonly Buffer[], status = 200) {
  const record: RequestRecord = { ...newRecord(textSample(0), "measure", null, null), index: 0 };
  const tokens: (number | null)[] = [];
  const log = { append: (_: number, __: number, said: number | null) => void tokens.push(said) };
  const answer = createAnswer(record, {
    log: log as never,
    keepText: true,
    secrets: [],
    maxTokens: 1000,
    finishReasons: [],
  });
  answer.onHead(status);
  // A socket reads all pieces into the same bytes.
  const shared = Buffer.alloc(Math.max(1, ...pieces.map(({ length }) => length)) + 4);
  for (const [at, piece] of pieces.entries()) {
    shared.fill(0x23);
    piece.copy(shared, 2);
    answer.onBody(shared, 2, 2 + piece.length, at);
  }
  answer.end(null, 0);
  const { firstTokenNs: _, lastTokenNs: __, ...rest } = record;
  return { ...rest, tokens };
}

const halves = (bytes: Buffer, at: number): Buffer[] => [bytes.subarray(0, at), bytes.subarray(at)];
const single = (bytes: Buffer): Buffer[] => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
/** A read for each event: the only cut in which the quick way is taken. */
function byEvent(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf("\n\n", from);
    const to = end < 0 ? bytes.length : end + 2;
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  return pieces;
}

/** Failed or finished for a stated reason; the same wherever the bytes were cut. */
function holds(bytes: Buffer): void {
  const whole = resultOf([bytes]);
  if (whole.error === null) {
    expect(wholeFinishes).toContain(whole.finish);
    expect(whole.chunks).toBeGreaterThan(0);
  } else expect(whole.error.trim()).not.toBe("");
  for (const count of [whole.outputTokens, whole.promptTokens]) {
    expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
  }
  const expected = JSON.stringify(whole);
  const cuts = [byEvent(bytes), single(bytes), ...Array.from(bytes, (_, at) => halves(bytes, at))];
  for (const pieces of cuts) {
    const cut = JSON.stringify(resultOf(pieces));
    if (cut !== expected) expect({ pieces: pieces.map(String), cut }).toEqual({ pieces: [], cut: expected });
  }
}

const odd = fc.jsonValue({ maxDepth: 2, depthSize: "xsmall" });
/** Mostly what servers send; sometimes any JSON. */
const mostly = <Value>(usual: fc.Arbitrary<Value>): fc.Arbitrary<unknown> =>
  fc.oneof<fc.MaybeWeightedArbitrary<unknown>[]>({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
const optional = { requiredKeys: [] };

const word = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^ ?[a-z]{1,5}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "\n", '"', "\\", "é", "漢", "🙂", "text", "token_ids", "[DONE]", "data: "),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 4 }) },
);
const parts = fc.array(fc.record({ type: fc.constantFrom("text", "thinking"), text: word }), { maxLength: 2 });
const said = mostly(
  fc.oneof(
    { weight: 5, arbitrary: word },
    { weight: 1, arbitrary: parts },
    { weight: 1, arbitrary: fc.constant(null) },
  ),
);
const called = fc.record({ name: word, arguments: said }, optional);
const ids = mostly(fc.array(fc.integer({ min: 0, max: 99_999 }), { maxLength: 3 }));
const ended = mostly(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom("", "stop", "length", "abort") },
  ),
);
const delta = fc.record(
  {
    role: fc.constant("assistant"),
    content: said,
    reasoning_content: said,
    reasoning: said,
    tool_calls: mostly(fc.array(fc.record({ id: said, function: called }, optional), { maxLength: 1 })),
    function_call: mostly(called),
  },
  optional,
);
const choice = fc.record(
  { index: fc.nat(1), text: said, delta: mostly(delta), token_ids: ids, finish_reason: ended },
  optional,
);
const count = mostly(fc.nat(12));
const usage = mostly(
  fc.oneof(fc.constant(null), fc.record({ prompt_tokens: count, completion_tokens: count }, optional)),
);
const event = fc.record(
  { id: word, choices: mostly(fc.array(mostly(choice), { minLength: 1, maxLength: 1 })), usage },
  optional,
);

/** An event and others like it but for their text and ids: what the quick way is for. */
const alike = fc
  .tuple(
    fc.constantFrom("text", "content", "reasoning", "tool"),
    fc.boolean(),
    fc.array(fc.tuple(word, fc.array(fc.nat(999), { minLength: 1, maxLength: 2 })), {
      minLength: 2,
      maxLength: 3,
      size: "xsmall",
    }),
  )
  .map(([form, hasIds, words]) =>
    words.map(([text, tokenIds]) => ({
      choices: [{ ...formOf(form, text), finish_reason: null, ...(hasIds ? { token_ids: tokenIds } : {}) }],
    })),
  );

function formOf(form: string, text: string): object {
  if (form === "text") return { text };
  if (form === "content") return { delta: { content: text, reasoning: "" } };
  if (form === "reasoning") return { delta: { reasoning_content: "", reasoning: text } };
  return { delta: { tool_calls: [{ function: { arguments: text } }] } };
}

const ending = { choices: [{ text: "", finish_reason: "stop" }] };
const streamed = fc
  .tuple(
    fc.array(
      fc.oneof(
        { weight: 3, arbitrary: alike },
        { weight: 2, arbitrary: event.map((one) => [one]) },
        { weight: 1, arbitrary: odd.map((one) => [one]) },
      ),
      { minLength: 1, maxLength: 2, size: "xsmall" },
    ),
    fc.boolean(),
  )
  .map(([groups, isEnded]): unknown[] => [...groups.flat(), ...(isEnded ? [ending] : [])]);

/** Ways to write an event; a stream is mostly written in one. */
const forms = [
  (json: string) => `data: ${json}\n\n`,
  (json: string) => `data:${json}\r\n\r\n`,
  (json: string) => `event: error\ndata: ${json}\n\n`,
  (json: string) => `error: ${json}\n\n`,
  (json: string) => `: ping\ndata: ${json}\n\n`,
  (json: string) => `${json}\n`,
  (json: string) => `data: data: ${json}\n\n`,
  (json: string) => `data: ${json}\n`,
];
const written = fc
  .tuple(
    streamed,
    fc.array(fc.tuple(fc.nat(8), fc.nat(forms.length - 1)), { maxLength: 2 }),
    fc.constantFrom("data: [DONE]\n\n", ""),
  )
  .map(([events, others, done]) => {
    values += events.length;
    const form = new Map(others);
    const texts = events.map((one, at) => forms[form.get(at) ?? 0]!(JSON.stringify(one)));
    return Buffer.from(texts.join("") + done);
  });

/** Bytes that are put in the place of others, at a share of the length. */
const damage = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(3),
    fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom("\n\n", "\r", "\\", '"', "[", "\u{FEFF}", "0")),
  ),
  { maxLength: 2 },
);
const damaged = fc.tuple(written, damage).map(([bytes, places]) =>
  places.reduce((whole, [share, taken, put]) => {
    const at = Math.floor(share * whole.length);
    return Buffer.concat([whole.subarray(0, at), Buffer.from(put), whole.subarray(at + taken)]);
  }, bytes),
);

it(
  `fails or finishes ${RUNS} streams of any JSON, in the same way wherever they are cut`,
  { timeout: LONGEST_MS },
  () => {
    fc.assert(fc.property(damaged, holds), { numRuns: RUNS, ...seed });
    if (asked !== undefined) console.info(`${RUNS} streams with ${values} JSON values`);
  },
);

it("has the quick way on trial, too", () => {
  const take = vi.spyOn(EventShape.prototype, "take");
  const streams = fc.sample(damaged, { numRuns: 100, ...seed });
  for (const bytes of streams) resultOf(byEvent(bytes));
  expect(take.mock.results.filter(({ value }) => value >= 0).length).toBeGreaterThan(streams.length / 4);
  take.mockRestore();
});

it("says any body of a refusal in the same way wherever it is cut", { timeout: LONGEST_MS }, () => {
  const property = fc.property(damaged, (bytes) => {
    const whole = resultOf([bytes], 500);
    expect(whole.error).toMatch(/^HTTP 500: ./);
    for (let at = 0; at < bytes.length; at += 5) expect(resultOf(halves(bytes, at), 500)).toEqual(whole);
  });
  fc.assert(property, { numRuns: Math.ceil(RUNS / 10), ...seed });
});
