import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

/** Turns of one conversation: each waits `waitMs` for its answer, and then its user thinks `thinkMs`. */
function talk(session: number, startMs: number, turns: number, waitMs: number, thinkMs: number): RequestSketch[] {
  return Array.from({ length: turns }, (_, turn) => {
    const sentMs = startMs + turn * (waitMs + thinkMs);
    return { session, turn, sentMs, scheduledMs: null, tokensMs: [sentMs + 10 * (turn + 1), sentMs + waitMs] };
  });
}

function rowsOf(sketches: RequestSketch[], changes: Partial<Workload> = {}, windowMs = 2000) {
  const observation = observationOf(sketches, { window: { startNs: 0, endNs: windowMs * 1e6 } });
  const rows = measure({ observation, workload: someWorkload(changes) });
  return (metric: string, stat = "value") => rows.find((row) => row.metric === metric && row.stat === stat);
}

const open = { scenario: "open" as const, arrivals: { kind: "poisson" as const }, load: { rate: 1 } };

describe("conversations", () => {
  it("have turns a second and starts a second over the same time", () => {
    const row = rowsOf([
      ...talk(0, 0, 3, 100, 50),
      ...talk(1, 20, 2, 100, 50).map((one) => (one.turn === 1 ? { ...one, error: "boom" } : one)),
      { phase: "warmup" as const, session: 0, turn: 0, sentMs: -500, tokensMs: [-400] },
      { sentMs: 5, tokensMs: [6] },
    ]);
    expect(row("turn_throughput")).toMatchObject({ value: 2, n: 4, unit: "turns/s", rule: "window", why: null });
    expect(row("conversation_rate")).toMatchObject({ value: 1, n: 2, unit: "conversations/s" });
  });

  it("are bound by turns where users mostly wait, by their starts where they mostly think", () => {
    // Three waits of 100 ms, two pauses of 50.
    const waiting = rowsOf([...talk(0, 0, 3, 100, 50), ...talk(1, 7, 3, 100, 50)])("conversation_waiting");
    expect(waiting).toMatchObject({ value: 75, unit: "%", n: 2 });
    expect(waiting?.why).toMatch(/^turns bind: users wait for answers 75 % of a conversation and think 25 %/);
    const thinking = rowsOf(talk(0, 0, 3, 100, 350))("conversation_waiting");
    expect(thinking).toMatchObject({ value: 30, n: 1 });
    expect(thinking?.why).toMatch(
      /^conversation starts bind: users think 70 % of a conversation and wait for answers 30/,
    );
  });

  it("of an open loop are bound by their starts while the engine keeps up with them", () => {
    // No time to think: all of every conversation is waiting, and that alone says nothing of an open loop.
    const steady = [0, 1, 2, 3, 4, 5].flatMap((number) => talk(number, number * 300, 2, 100, 0));
    expect(rowsOf(steady, open)("conversation_waiting")).toMatchObject({
      value: 100,
      why: expect.stringMatching(/^conversation starts bind: .*took 1\.00 times as long.*keeps up/) as string,
    });
    const growing = [0, 1, 2, 3, 4, 5].flatMap((number) => talk(number, number * 50, 2, 100 * (number + 1), 0));
    expect(rowsOf(growing, open)("conversation_waiting")?.why).toMatch(/^turns bind: .*took 2\.50 times.*falls behind/);
    expect(rowsOf(talk(0, 0, 2, 100, 0), open)("conversation_waiting")?.why).toBeNull();
  });

  it("have a TTFT for each turn, beside that of all", () => {
    const talks = [0, 1, 2, 3, 4, 5].flatMap((number) => talk(number, number * 9, number === 5 ? 3 : 2, 100, 0));
    const row = rowsOf(talks);
    expect(row("ttft", "mean/turn 1")).toMatchObject({ value: 10, n: 6, unit: "ms" });
    expect(row("ttft", "p50/turn 2")).toMatchObject({ value: 20, n: 6, why: null });
    expect(row("ttft", "mean/turn 3")).toMatchObject({ value: 30, n: 1 });
    expect(row("ttft", "p99/turn 1")).toMatchObject({ value: null, why: expect.stringMatching(/needs 368/) as string });
    expect(row("ttft", "mean/turn 4")).toBeUndefined();
    expect(row("ttft", "mean")?.n).toBe(13);
  });

  it("are not there where the workload has none, and say so", () => {
    const row = rowsOf([{ sentMs: 0, tokensMs: [10] }]);
    for (const metric of ["turn_throughput", "conversation_rate", "conversation_waiting"]) {
      expect(row(metric)).toMatchObject({ value: null, why: "the workload has no conversations" });
    }
    expect(row("ttft", "mean/turn 1")).toBeUndefined();
  });
});

describe("what the client cut off", () => {
  it("is counted, and in no latency and no share, but what arrived of it is in the rates", () => {
    const cut = { cancelled: true, finish: null, outputTokens: null, sentMs: 0, tokensMs: [900, 950] };
    const row = rowsOf([{ sentMs: 0, tokensMs: [10, 20] }, cut, { sentMs: 0, error: "boom" }], {
      slo: { ttft_ms: 50 },
    });
    expect(row("requests_cancelled")).toMatchObject({ value: 1, n: 3, unit: "1" });
    expect([row("requests_finished")?.value, row("requests_failed")?.value]).toEqual([1, 1]);
    expect(row("ttft", "max")).toMatchObject({ value: 10, n: 1 });
    expect(row("itl", "max")?.value).toBe(10);
    // In two seconds: two tokens of the finished request in two chunks, and two chunks of the one that was cut off.
    expect(row("output_throughput")).toMatchObject({ value: 2, why: null });
    expect(row("goodput_share")).toMatchObject({ value: 50, n: 2 });
  });
});

describe("natural ends", () => {
  const ending = (...finishes: (string | null)[]) =>
    finishes.map((finish): RequestSketch => ({ sentMs: 0, tokensMs: [1], finish }));

  it("is the share of answers that the model ended, in figures and in words", () => {
    expect(rowsOf(ending("stop", "length", "tool_calls", "length"))("natural_ends")).toMatchObject({
      value: 50,
      n: 4,
      why: expect.stringMatching(/^2 of 4 answers ended by themselves; .*`max_tokens` \(16\) was reached$/) as string,
    });
    expect(rowsOf(ending("stop"))("natural_ends")?.why).toBe("every answer ended by itself");
    const forced = { sampling: { ...someWorkload().sampling, ignore_eos: true } };
    expect(rowsOf(ending("length"), forced)("natural_ends")).toMatchObject({
      value: 0,
      why: "no answer ended by itself: `ignore_eos` was asked for",
    });
  });

  it("says where answers ended by themselves though they were not to", () => {
    const forced = { sampling: { ...someWorkload().sampling, ignore_eos: true } };
    expect(rowsOf(ending("stop"), forced)("natural_ends")?.why).toBe(
      "every answer ended by itself, though `ignore_eos` was asked for",
    );
  });

  it("leaves out those without a finish reason", () => {
    expect(rowsOf(ending(null, "stop"))("natural_ends")).toMatchObject({ value: 100, n: 1 });
    expect(rowsOf(ending(null))("natural_ends")).toMatchObject({
      value: null,
      why: "no finished request has a finish reason",
    });
  });
});
