import { afterEach, describe, expect, it } from "vitest";
import type { RequestRecord } from "../../src/schema/observation.ts";
import type { Sample } from "../../src/schema/sample.ts";
import { completionEvents, event, someSamples, someWorkload } from "../support/completions.ts";
import { conversation, runPhase } from "../support/phase.ts";
import {
  eventually,
  startStreamServer,
  type ReceivedRequest,
  type Reply,
  type StreamServer,
} from "../support/stream-server.ts";

let server: StreamServer;
afterEach(() => server.close());

interface Message {
  role: string;
  content: string;
}

/** Chat events whose text is known: `answer <number of this request>` in two pieces. */
function chatAnswer(index: number): Reply {
  const piece = (content: string, finish: string | null = null) =>
    event({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] });
  const usage = event({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 2 } });
  return { pieces: [piece("answer "), piece(String(index), "stop"), usage, "data: [DONE]\n\n"] };
}

const chat = someWorkload({ endpoint: "chat", load: { concurrency: 2 } });
const messagesOf = ({ body }: ReceivedRequest): Message[] => body["messages"] as Message[];
const said = (request: ReceivedRequest): string[] => messagesOf(request).map(({ content }) => content);
const times = (records: readonly RequestRecord[]) =>
  records.map(({ scheduledNs, sentNs, endNs }) => ({ scheduledNs, sentNs, endNs }));

describe("a conversation", () => {
  it("has the text of an answer whose content is a list of parts as history", async () => {
    const parts = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "forty-" },
      { type: "text", text: "two" },
    ];
    const answer = event({ choices: [{ index: 0, delta: { content: parts }, finish_reason: "stop" }] });
    server = await startStreamServer(() => ({ pieces: [answer, "data: [DONE]\n\n"] }));
    await runPhase(server.url, { ...chat, load: { concurrency: 1 } }, conversation(1, 2));
    expect(messagesOf(server.requests[1]!).at(1)).toEqual({ role: "assistant", content: "forty-two" });
  });

  it("goes on with what the server really said, turn by turn", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const samples = conversation(3, 3, { system: "be brief" });
    const { records } = await runPhase(server.url, { ...chat, load: { concurrency: 1 } }, samples);
    expect(server.requests.map(messagesOf)).toEqual([
      [
        { role: "system", content: "be brief" },
        { role: "user", content: "c3t0" },
      ],
      [
        { role: "system", content: "be brief" },
        { role: "user", content: "c3t0" },
        { role: "assistant", content: "answer 0" },
        { role: "user", content: "c3t1" },
      ],
      [
        { role: "system", content: "be brief" },
        { role: "user", content: "c3t0" },
        { role: "assistant", content: "answer 0" },
        { role: "user", content: "c3t1" },
        { role: "assistant", content: "answer 1" },
        { role: "user", content: "c3t2" },
      ],
    ]);
    // Kept for the next turn, and no longer.
    expect(records.map(({ session, turn, sample, text, error }) => ({ session, turn, sample, text, error }))).toEqual(
      [0, 1, 2].map((turn) => ({ session: 0, turn, sample: 30 + turn, text: null, error: null })),
    );
    expect(records.every(({ scheduledNs }) => scheduledNs === null)).toBe(true);
  });

  it("keeps the answers of all turns where they are asked for", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const { records } = await runPhase(server.url, chat, conversation(0, 2), { keepText: true });
    expect(records.map(({ text }) => text)).toEqual(["answer 0", "answer 1"]);
  });

  it("is a transcript for the completions endpoint, each turn going on from the one before it", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(2) }));
    await runPhase(server.url, someWorkload(), conversation(0, 2, { system: "be brief" }));
    const [first, second] = server.requests.map(({ body }) => body["prompt"]);
    expect(first).toBe("be brief\n\nUser: c0t0\nAssistant:");
    expect(second).toBe("be brief\n\nUser: c0t0\nAssistant: w0 w1\nUser: c0t1\nAssistant:");
  });

  it("has one turn open at a time; a closed loop holds so many users, and each has one conversation at a time", async () => {
    server = await startStreamServer(({ index }) => ({ ...chatAnswer(index), firstMs: index % 5 }));
    const samples = [0, 1, 2, 3, 4].flatMap((number) => conversation(number, 2 + (number % 2)));
    const { records, inFlight } = await runPhase(server.url, chat, samples);
    expect(records).toHaveLength(12);
    expect(server.maxOpen()).toBe(2);
    expect(inFlight).toMatchObject({ asked: 2, heldMax: 2 });
    const spans = [0, 1, 2, 3, 4].map((session) => {
      const own = records.filter((record) => record.session === session);
      expect(own.map(({ turn }) => turn)).toEqual(session % 2 === 0 ? [0, 1] : [0, 1, 2]);
      for (const [turn, { sentNs }] of own.entries()) {
        if (turn > 0) expect(sentNs).toBeGreaterThanOrEqual(own[turn - 1]!.endNs);
      }
      return { fromNs: own[0]!.sentNs, toNs: own.at(-1)!.endNs };
    });
    // When the third conversation begins, one of the first two is over.
    for (const { fromNs } of spans) {
      expect(spans.filter((other) => other.fromNs <= fromNs && fromNs < other.toNs).length).toBeLessThanOrEqual(2);
    }
  });

  it("counts a user who thinks as held", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const samples = [0, 1, 2, 3].flatMap((number) => conversation(number, 3, { thinkS: 0.05 }));
    const { inFlight } = await runPhase(server.url, chat, samples);
    // Requests are open for a millisecond in fifty.
    expect(inFlight.heldMean).toBeGreaterThan(1.8);
  });

  it("starts conversations on the schedule, and sends later turns when their user has thought", async () => {
    server = await startStreamServer(({ index }) => ({ ...chatAnswer(index), firstMs: 3 }));
    const thinkS = 0.03;
    const open = { ...chat, scenario: "open" as const, arrivals: { kind: "constant" as const }, load: { rate: 100 } };
    const samples = [0, 1, 2].flatMap((number) => conversation(number, 3, { thinkS }));
    const { records } = await runPhase(server.url, open, samples);
    expect(records).toHaveLength(9);
    for (const session of [0, 1, 2]) {
      const own = times(records.filter((record) => record.session === session));
      expect(own[0]!.scheduledNs).toBe(session * 1e7);
      for (const [turn, { scheduledNs, sentNs }] of own.entries()) {
        expect(sentNs).toBeGreaterThanOrEqual(scheduledNs!);
        if (turn > 0) expect(scheduledNs).toBe(own[turn - 1]!.endNs + thinkS * 1e9);
      }
    }
  });

  it("thinks in a closed loop as well, without a time that it was due at", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const { records } = await runPhase(server.url, chat, conversation(0, 2, { thinkS: 0.05 }));
    expect(records[1]!.sentNs - records[0]!.endNs).toBeGreaterThan(0.048e9);
    expect(records[1]!.scheduledNs).toBeNull();
  });

  it("was due as a whole at the start in Offline", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const offline = { ...chat, scenario: "offline" as const, load: { max_in_flight: 2 } };
    const { records } = await runPhase(server.url, offline, [...conversation(0, 2), ...conversation(1, 2)]);
    expect(records.map(({ scheduledNs }) => scheduledNs)).toEqual([0, 0, 0, 0]);
  });

  it("ends with a turn that fails: the rest is not sent, and the user's next conversation is", async () => {
    server = await startStreamServer((request) =>
      said(request).at(-1) === "c0t1"
        ? { status: 500, framing: "length", pieces: ['{"error":{"message":"boom"}}'] }
        : chatAnswer(request.index),
    );
    const told: [number, number][] = [];
    const samples = [...conversation(0, 4), ...conversation(1, 2)];
    const workload = { ...chat, load: { concurrency: 1 } };
    const { records } = await runPhase(server.url, workload, samples, { done: (...both) => void told.push(both) });
    expect(records.map(({ session, turn, error }) => [session, turn, error])).toEqual([
      [0, 0, null],
      [0, 1, "HTTP 500: boom"],
      [1, 0, null],
      [1, 1, null],
    ]);
    expect(told.at(-1)).toEqual([4, 4]);
  });

  it.each(["closed", "open"] as const)("stops thinking when the run is stopped (%s)", async (scenario) => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const stop = new AbortController();
    const going = runPhase(
      server.url,
      { ...chat, scenario, arrivals: { kind: "constant" }, load: { concurrency: 1, rate: 1000 } },
      conversation(0, 2, { thinkS: 3600 }),
      { signal: stop.signal },
    );
    await eventually(() => server.requests.length === 1 && server.openNow() === 0);
    setTimeout(() => stop.abort(), 20);
    expect((await going).records).toHaveLength(1);
  });

  it("is asked beside single questions", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const samples = [...someSamples(2), ...conversation(7, 2), ...someSamples(1)];
    const { records } = await runPhase(server.url, { ...chat, load: { concurrency: 1 } }, samples);
    expect(records.map(({ session, turn }) => [session, turn])).toEqual([
      [null, null],
      [null, null],
      [2, 0],
      [2, 1],
      [null, null],
    ]);
  });
});

describe("a response that stays open behind [DONE]", () => {
  it("is over with its answer, and the next request leaves on another connection", async () => {
    server = await startStreamServer(() => ({ pieces: [completionEvents(3).join(""), ": ping\n\n"], gapMs: 20_000 }));
    const workload = someWorkload({ load: { concurrency: 1 }, deadlineS: 60 });
    const { records } = await runPhase(server.url, workload, someSamples(2));
    expect(records.map(({ error, outputTokens }) => ({ error, outputTokens }))).toEqual(
      [0, 1].map(() => ({ error: null, outputTokens: 3 })),
    );
    expect(server.connectionsMade()).toBe(2);
  }, 10_000);
});

describe("request classes", () => {
  const classes = [
    { name: "interactive", share: 3, priority: -5, model: "lora-a", extra_body: { guided_choice: ["yes"] } },
    { name: "batch", share: 1, priority: 10, deadline_s: 0.1 },
  ];

  it("reach the body and the record", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(1) }));
    const workload = someWorkload({ classes, extraBody: { cache_salt: "x" } });
    const { records } = await runPhase(server.url, workload, someSamples(40));
    const bodies = new Map(server.requests.map(({ body }) => [body["prompt"], body]));
    const seen = records.map(({ class: name, sample }) => {
      const { model, priority, guided_choice: choice, cache_salt: salt } = bodies.get(`prompt number ${sample}`)!;
      expect({ model, priority, choice, salt }).toEqual(
        name === "interactive"
          ? { model: "lora-a", priority: -5, choice: ["yes"], salt: "x" }
          : { model: "tiny", priority: 10, choice: undefined, salt: "x" },
      );
      return name;
    });
    expect(seen.filter((name) => name === "batch")).toHaveLength(10);
  });

  it("have their own deadline", async () => {
    server = await startStreamServer(() => ({ pieces: completionEvents(2), firstMs: 300 }));
    const { records } = await runPhase(server.url, someWorkload({ classes, load: { concurrency: 8 } }), someSamples(8));
    for (const { class: name, error } of records) {
      expect(error).toBe(name === "batch" ? "no end within the deadline of 0.1 s" : null);
    }
  });

  it("are one for a whole conversation", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const samples = Array.from({ length: 12 }, (_, number) => conversation(number, 3)).flat();
    const { records } = await runPhase(server.url, { ...chat, classes: classes.slice(0, 2) }, samples);
    const named = new Map<number, Set<string | null>>();
    for (const { session, class: name } of records) {
      named.set(session!, (named.get(session!) ?? new Set()).add(name));
    }
    expect([...named.values()].map((names) => names.size)).toEqual(Array(12).fill(1));
    expect([...named.values()].filter((names) => names.has("batch"))).toHaveLength(3);
  });
});

describe("an internal error", () => {
  // A list of token ids is refused when its body is made: between the answers, long after the start.
  const broken = (count: number, at: number): Sample[] =>
    someSamples(count).map((sample) => (sample.index === at ? { ...sample, prompt: { tokens: [1] } } : sample));

  it.each([
    ["in the first burst", 3],
    ["where the next request is sent", 90],
  ])("%s ends the phase, and not the program", async (_where, at) => {
    server = await startStreamServer(() => ({ pieces: completionEvents(2) }));
    const load = { ...chat, load: { concurrency: 2 } };
    await expect(runPhase(server.url, load, broken(100, at))).rejects.toThrow(/list of token ids/);
  });

  it("in a conversation does so, too", async () => {
    server = await startStreamServer(({ index }) => chatAnswer(index));
    const turns = conversation(1, 3).map((sample, at) => (at === 1 ? { ...sample, prompt: { tokens: [1] } } : sample));
    await expect(runPhase(server.url, chat, turns)).rejects.toThrow(/list of token ids/);
  });
});
