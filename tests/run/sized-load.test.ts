import { describe, expect, it } from "vitest";
import { probedRate, sizedLoad, sizingText, type AskedLoad } from "../../src/run/sized-load.ts";
import { fail, succeed } from "../../src/schema/result.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { makeWorkload } from "../support/make-study.ts";
import { observationOf } from "../support/observations.ts";
import { someRuleset } from "../support/rulesets.ts";

const rules = someRuleset({ scenario: "Offline", name: "Offline", minDurationMs: 60_000, minQueryCount: 20 });
const offline = (changes: Partial<Workload> = {}) => makeWorkload({ scenario: "offline", ruleset: rules, ...changes });

/** An engine that answers so many requests a second, one after the other. `speeds` by load, the last for all after it. */
async function sized(
  workload: Workload,
  speeds: number[],
  changes: { fidelity?: "valid" | "smoke"; purpose?: "performance" | "accuracy"; failing?: boolean } = {},
) {
  const loads: AskedLoad[] = [];
  const events: string[] = [];
  const { fidelity = "valid", purpose = "performance", failing = false } = changes;
  const outcome = await sizedLoad({
    workload,
    run: { fidelity, purpose },
    requests: 5,
    inFlight: 64,
    async load(asked) {
      const speed = speeds[Math.min(loads.length, speeds.length - 1)]!;
      loads.push(asked);
      const requests = Array.from({ length: asked.requests }, (_, index) => ({
        scheduledMs: 0,
        sentMs: 0,
        tokensMs: [(1000 * (index + 1)) / speed],
        ...(failing && index === 0 ? { error: "refused" } : {}),
      }));
      return succeed(observationOf(requests, { release: () => void events.push("release") }));
    },
    reset: async () => void events.push("reset"),
    ended: (what) => void events.push(what),
    clock: { sleep: () => new Promise(() => undefined) },
    signal: new AbortController().signal,
  });
  return { ...outcome, loads: loads.map(({ requests }) => requests), events };
}

describe("a load without a size to find", () => {
  it("is one load: without a ruleset, of a Server, below valid, for accuracy", async () => {
    const server = makeWorkload({ scenario: "server", ruleset: someRuleset(), load: { rate: 20 } });
    const plain = await sized(makeWorkload(), [10]);
    expect([plain.loads, plain.sizing, plain.events]).toEqual([[5], null, []]);
    expect((await sized(server, [10])).loads).toEqual([expect.any(Number)]);
    expect((await sized(offline(), [10], { fidelity: "smoke" })).loads).toEqual([64]);
    const accuracy = await sized(offline(), [10], { purpose: "accuracy" });
    expect([accuracy.loads, accuracy.sizing]).toEqual([[20], null]);
  });
});

describe("Offline under a ruleset that certifies", () => {
  it("asks for what a probe showed, 1.1 times the shortest duration of it", async () => {
    const { loads, sizing, events } = await sized(offline(), [10]);
    expect(loads).toEqual([64, 660]);
    expect(sizing).toEqual({
      probe: { requests: 64, finished: 64, seconds: 6.4, rate: expect.closeTo(10, 9) },
      attempts: [{ expectedRate: expect.closeTo(10, 9), requests: 660, lastedS: 66 }],
    });
    expect(events).toEqual(["release", "rate-probe", "reset"]);
  });

  it("needs no probe where the workload states the rate", async () => {
    const { loads, sizing } = await sized(offline({ load: { expected_rate: 10 } }), [10]);
    expect([loads, sizing?.probe]).toEqual([[660], null]);
  });

  it("enlarges a run that ended too early by what it measured, and repeats it", async () => {
    // The seed's BS=1024 failure: an engine that is faster than anybody expected.
    const { loads, sizing, events } = await sized(offline({ load: { expected_rate: 10 } }), [25]);
    expect(loads).toEqual([660, 1650]);
    expect(sizing?.attempts.map(({ lastedS }) => lastedS)).toEqual([26.4, 66]);
    expect(events).toEqual(["release", "load-too-short", "reset"]);
  });

  it("gives up after two enlargements, and hands the last run to the checks", async () => {
    const { loads, sizing, answer } = await sized(offline({ load: { expected_rate: 10 } }), [25, 100, 400]);
    expect(loads).toHaveLength(3);
    expect(sizing?.attempts).toHaveLength(3);
    expect(answer.ok).toBe(true);
  });

  it("does not believe the speed of an engine that refuses", async () => {
    const { loads } = await sized(offline({ load: { expected_rate: 10 } }), [25], { failing: true });
    expect(loads).toEqual([660]);
  });

  it("asks nothing more once it is stopped", async () => {
    const stop = new AbortController();
    let loads = 0;
    const { answer } = await sizedLoad({
      workload: offline(),
      run: { fidelity: "valid", purpose: "performance" },
      requests: 5,
      inFlight: 64,
      async load() {
        loads += 1;
        stop.abort();
        return succeed(observationOf([{ tokensMs: [1] }]));
      },
      reset: async () => expect.fail("an engine that is gone has no caches"),
      ended: () => undefined,
      clock: { sleep: () => new Promise(() => undefined) },
      signal: stop.signal,
    });
    expect([loads, answer.ok]).toEqual([1, false]);
  });

  it("hands on a load that could not begin", async () => {
    const { answer, sizing } = await sizedLoad({
      workload: offline(),
      run: { fidelity: "valid", purpose: "performance" },
      requests: 5,
      inFlight: 64,
      load: async () => fail("no-connection", "nobody answers", "Start it."),
      reset: async () => undefined,
      ended: () => undefined,
      clock: { sleep: () => new Promise(() => undefined) },
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ ok: false, problem: { code: "no-connection" } });
    expect(sizing).toEqual({ probe: null, attempts: [] });
  });
});

describe("the rate of a probe", () => {
  const ends = (...ms: number[]) => observationOf(ms.map((at) => ({ scheduledMs: 0, sentMs: 0, tokensMs: [at] })));

  it("is that of the middle half, where slow first answers and stragglers are left out", () => {
    // 4 s until anything ends, then one in 100 ms, and a straggler.
    const steady = Array.from({ length: 39 }, (_, index) => 4000 + 100 * index);
    expect(probedRate(ends(...steady, 20_000)).rate).toBeCloseTo(10, 9);
  });

  it("is that of the whole where the answers came in one wave", () => {
    expect(probedRate(ends(2000, 2000, 2000, 2000))).toEqual({ requests: 4, finished: 4, seconds: 2, rate: 2 });
  });

  it("is not known where nothing ended", () => {
    const cut = observationOf([{ sentMs: 0, error: "cut off: the run was stopped" }]);
    expect(probedRate(cut)).toEqual({ requests: 1, finished: 0, seconds: 0, rate: null });
    expect(sizingText("rate-probe", { probe: probedRate(cut), attempts: [] })).toContain(
      "no request of the probe finished",
    );
  });
});
