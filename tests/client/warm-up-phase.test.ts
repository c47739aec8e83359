import { afterEach, describe, expect, it } from "vitest";
import type { LoadOptions, LoadProgress } from "../../src/client/index.ts";
import { runLoadOver } from "../../src/client/load.ts";
import { createHttp1Transport } from "../../src/client/transports/http1.ts";
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

async function load(workload: Partial<Workload>, changes: Omit<Partial<LoadOptions>, "workload"> = {}) {
  server = await startStreamServer((): Reply => ({ pieces: completionEvents(3), gapMs: 1 }));
  const options = loadOptions(server.url, { ...changes, workload: someWorkload(workload) });
  const outcome = await runLoadOver(createHttp1Transport, options);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  const seen = outcome.value;
  const requests = [...seen.requests];
  seen.release();
  return { warmUp: seen.warmUp, warm: requests.filter(isWarm), measured: requests.filter((one) => !isWarm(one)) };
}

function isWarm({ phase }: { phase: string }): boolean {
  return phase === "warmup";
}

describe("a warm-up with a gate", () => {
  it("goes on at the load's concurrency until it is steady, and is left out of what is measured", async () => {
    const progress: LoadProgress[] = [];
    const { warmUp, warm, measured } = await load(
      { warmupRequests: 2, warmupUntilSteady: lenient, load: { concurrency: 3 } },
      { requests: 5, onProgress: (told) => progress.push(told) },
    );
    expect(warmUp).toMatchObject({ steady: true, requests: warm.length });
    // Three blocks of five, what was in flight then, and what ended while the client's books waited for quiet.
    expect(warm.length).toBeGreaterThanOrEqual(15);
    expect(warm.length).toBeLessThanOrEqual(60);
    expect(warmUp!.cv).toBeLessThan(lenient.cv);
    expect(measured).toHaveLength(5);
    expect(warm.every(({ sentNs, endNs }) => sentNs < 0 && endNs < 0)).toBe(true);
    expect(measured.every(({ sentNs }) => sentNs >= 0)).toBe(true);
    expect(server.maxOpen()).toBe(3);
    for (const { phase, done, of } of progress) if (phase === "warmup") expect(of).toBe(Math.max(15, done));
  });

  it("ends after the longest wait, says so, and measures all the same", async () => {
    const { warmUp, warm, measured } = await load({ warmupUntilSteady: strict });
    expect(warmUp).toMatchObject({ steady: false, requests: warm.length });
    expect(warmUp!.tookS).toBeGreaterThanOrEqual(strict.longestS);
    expect(warmUp!.cv).toBeGreaterThan(0);
    expect(measured).toHaveLength(4);
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

  it("leaves a warm-up by count as it is", async () => {
    const { warmUp, warm } = await load({ warmupRequests: 3 });
    expect(warmUp).toBeNull();
    expect(warm).toHaveLength(3);
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
