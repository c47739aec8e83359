import { afterEach, describe, expect, it } from "vitest";
import type { LoadOptions, LoadProgress } from "../../src/client/index.ts";
import { runLoadOver } from "../../src/client/load.ts";
import { createHttp1Transport } from "../../src/client/transport/index.ts";
import { worstWarmUp } from "../../src/client/warm-up-phase.ts";
import type { Observation } from "../../src/schema/observation.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { completionEvents, loadOptions, someWorkload } from "../support/completions.ts";
import { startStreamServer, type Reply, type StreamServer } from "../support/stream-server.ts";

let server: StreamServer;
afterEach(() => server.close());

// What is a spread of milliseconds on a busy machine is none here: the gate itself is tested on series of its own.
const lenient = { cv: 50, over: 15, longestS: 20 };
const strict = { cv: 1e-9, over: 15, longestS: 0.2 };

const quick: Reply = { pieces: completionEvents(3), gapMs: 1 };
/** Long beside the milliseconds in which the client hands over from one phase to the next. */
const slow: Reply = { pieces: completionEvents(10), gapMs: 5 };

async function load(
  workload: Partial<Workload>,
  changes: Omit<Partial<LoadOptions>, "workload"> = {},
  reply: Reply = quick,
) {
  server = await startStreamServer(() => reply);
  const options = loadOptions(server.url, { ...changes, workload: someWorkload(workload) });
  const outcome = await runLoadOver(createHttp1Transport, options);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  const seen = outcome.value;
  const requests = [...seen.requests];
  seen.release();
  const of = (wanted: string) => requests.filter(({ phase }) => phase === wanted);
  return {
    warmUp: seen.warmUp,
    inFlight: seen.inFlight,
    warm: of("warmup"),
    measured: of("measure"),
    tail: of("tail"),
  };
}

describe("a warm-up with a gate", () => {
  it("goes on at the load's concurrency until it is steady, and is left out of what is measured", async () => {
    const progress: LoadProgress[] = [];
    const { warmUp, warm, measured, inFlight } = await load(
      { warmupRequests: 2, warmupUntilSteady: lenient, load: { concurrency: 3 } },
      { requests: 5, onProgress: (told) => progress.push(told) },
      slow,
    );
    expect(warmUp?.steady).toBe(true);
    // Three blocks of five, what was in flight then, and what ended until the gate looked.
    expect(warm.length).toBeGreaterThanOrEqual(15);
    expect(warm.length).toBeLessThanOrEqual(60);
    // The last of them are open when the measured ones begin.
    expect(warm.filter(({ endNs }) => endNs > 0).length).toBeGreaterThanOrEqual(1);
    expect(warmUp?.requests).toBeLessThan(warm.length);
    expect(inFlight.heldMean).toBeGreaterThan(2.5);
    expect(warmUp!.cv).toBeLessThan(lenient.cv);
    expect(measured).toHaveLength(5);
    expect(warm.every(({ sentNs }) => sentNs < 0)).toBe(true);
    expect(measured.every(({ sentNs }) => sentNs >= 0)).toBe(true);
    expect(server.maxOpen()).toBe(3);
    for (const { phase, done, of } of progress) if (phase === "warmup") expect(of).toBe(Math.max(15, done));
  });

  it("ends after the longest wait, says so, and measures all the same", async () => {
    const { warmUp, warm, measured } = await load({ warmupUntilSteady: strict });
    expect(warmUp?.steady).toBe(false);
    expect(warm.length).toBeGreaterThanOrEqual(warmUp!.requests);
    expect(warmUp!.tookS).toBeGreaterThanOrEqual(strict.longestS);
    // Null where a busy machine had fewer than 15 done by then.
    expect(warmUp!.cv).not.toBe(0);
    expect(measured).toHaveLength(4);
  });

  it("waits for as long as it takes where the longest wait is longer than a timer can be", async () => {
    const { warmUp } = await load({ warmupUntilSteady: { ...lenient, longestS: 3e6 } }, {}, slow);
    expect(warmUp?.steady).toBe(true);
  });

  it("keeps the schedule of an open loop, from its beginning and round again", async () => {
    const { warm, measured } = await load(
      {
        scenario: "open",
        arrivals: { kind: "constant" },
        load: { rate: 100 },
        warmupUntilSteady: { ...lenient, longestS: 5 },
      },
      { requests: 4 },
    );
    expect(warm.length).toBeGreaterThanOrEqual(15);
    const gaps = warm.slice(1).map(({ scheduledNs }, index) => (scheduledNs! - warm[index]!.scheduledNs!) / 1e6);
    for (const gap of gaps) expect(gap).toBeCloseTo(10, 0);
    expect(measured.map(({ scheduledNs }) => Math.round(scheduledNs! / 1e6))).toEqual([0, 10, 20, 30]);
  });
});

describe("a load that is kept whole", () => {
  it("flows over from the warm-up, and is followed by requests that are not scored until the last measured one is over", async () => {
    const { warmUp, warm, measured, tail, inFlight } = await load(
      { warmupRequests: 3, load: { concurrency: 8 } },
      { requests: 24 },
      slow,
    );
    expect(warmUp).toBeNull();
    // Each place was filled once, and again while the others of the first wave went on.
    expect(warm.length).toBeGreaterThanOrEqual(15);
    expect(warm.every(({ sentNs }) => sentNs < 0)).toBe(true);
    expect(warm.filter(({ endNs }) => endNs > 0).length).toBeGreaterThanOrEqual(7);
    expect(measured).toHaveLength(24);
    expect(measured.every(({ error, cancelled }) => error === null && !cancelled)).toBe(true);
    expect(tail.length).toBeGreaterThanOrEqual(7);
    const lastSentNs = Math.max(...measured.map(({ sentNs }) => sentNs));
    expect(tail.every(({ sentNs }) => sentNs >= lastSentNs)).toBe(true);
    // What was open at the end was cut off, as no failure.
    expect(tail.filter(({ cancelled }) => cancelled).length).toBeGreaterThanOrEqual(1);
    expect(tail.every(({ error }) => error === null)).toBe(true);
    // A busy machine is late between an end and the next send.
    expect(inFlight.heldMean).toBeGreaterThan(5);
    expect(inFlight.heldMax).toBe(8);
    expect(server.maxOpen()).toBe(8);
  });

  it("has no request beside the measured ones in Offline", async () => {
    const { warm, measured, tail } = await load(
      { scenario: "offline", load: { max_in_flight: 4 }, warmupRequests: 3 },
      { requests: 9 },
    );
    expect([warm, measured, tail].map(({ length }) => length)).toEqual([3, 9, 0]);
    expect(warm.every(({ endNs }) => endNs < 0)).toBe(true);
  });

  it("goes on until the shortest time is over, the dataset round again", async () => {
    const { measured } = await load({ load: { concurrency: 2 } }, { requests: 3, shortestS: 0.3 });
    expect(measured.length).toBeGreaterThan(6);
    expect(Math.max(...measured.map(({ endNs }) => endNs))).toBeGreaterThan(0.3e9);
    expect(measured.slice(0, 6).map(({ sample }) => sample)).toEqual([0, 1, 2, 3, 0, 1]);
    await server.close();
    const many = await load({ load: { concurrency: 2 } }, { requests: 50, shortestS: 0.01 });
    expect(many.measured).toHaveLength(50);
  });

  it("has a schedule that is long enough", async () => {
    const arrivals = { kind: "constant" as const };
    const workload = { scenario: "open" as const, arrivals, load: { rate: 100 } };
    const { measured } = await load(workload, { requests: 4, shortestS: 0.25 });
    expect(measured.map(({ scheduledNs }) => Math.round(scheduledNs! / 1e6)).at(-1)).toBe(250);
  });
});

describe("worstWarmUp", () => {
  const one: NonNullable<Observation["warmUp"]> = { steady: true, requests: 30, tookS: 2, cv: 0.03 };

  it("is steady where every process is, and as spread as the worst", () => {
    expect(worstWarmUp([one, { ...one, tookS: 5, cv: 0.04 }])).toEqual({
      steady: true,
      requests: 60,
      tookS: 5,
      cv: 0.04,
    });
    expect(worstWarmUp([one, { ...one, steady: false, cv: null }])).toMatchObject({ steady: false, cv: null });
    expect(worstWarmUp([null, null])).toBeNull();
  });
});
