import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import { someWorkload } from "../support/completions.ts";
import { checkOf, input, offline, seen, specOf } from "../support/judged-trials.ts";
import { observationOf } from "../support/observations.ts";

describe("duration", () => {
  const lasting = (seconds: number): Partial<JudgeInput> => ({
    observation: seen(200, 0, { window: { startNs: 0, endNs: seconds * 1e9 } }),
  });

  it("is decided at the limit", () => {
    expect(checkOf("duration", lasting(10))).toMatchObject({
      status: "pass",
      value: 10,
      limit: 10,
      margin: 0,
      unit: "s",
    });
    expect(checkOf("duration", lasting(9.99))).toMatchObject({ status: "fail", margin: expect.closeTo(-0.01, 9) });
  });
  it("counts the time in which requests were sent: a load that went on for long enough is not too short for its last answers", () => {
    const observation = seen(200, 0, { window: { startNs: 0, endNs: 9.99e9 } });
    observation.requests.at(-1)!.sentNs = 10.001e9;
    expect(checkOf("duration", { observation })?.status).toBe("pass");
  });

  it("is none where the workload has no limit, or for accuracy", () => {
    expect(checkOf("duration", { ...lasting(1), spec: specOf({ fidelity: "smoke" }) })).toBeUndefined();
    expect(checkOf("duration", { ...lasting(1), spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});

describe("held-concurrency", () => {
  const held = (heldMean: number): Partial<JudgeInput> => ({
    observation: seen(200, 0, { inFlight: { asked: 100, heldMean, heldMax: 100 } }),
  });

  it("wants nine tenths of what was asked", () => {
    expect(checkOf("held-concurrency", held(90))).toMatchObject({ status: "pass", limit: 90, margin: 0 });
    expect(checkOf("held-concurrency", held(67))).toMatchObject({
      status: "fail",
      message: "67 of 100 requests were kept in flight on average, and at least 90 are asked for",
    });
  });
  it("is none in Offline", () => {
    expect(checkOf("held-concurrency", { ...held(3), workload: offline })).toBeUndefined();
  });
});

describe("queue-never-empty", () => {
  const ran = (queueRanEmpty: boolean | null): Partial<JudgeInput> => ({
    workload: offline,
    observation: seen(200, 0, { queueRanEmpty }),
  });

  it("passes, fails, or is unknown", () => {
    expect(checkOf("queue-never-empty", ran(false))?.status).toBe("pass");
    expect(checkOf("queue-never-empty", ran(true))).toMatchObject({
      status: "fail",
      message: expect.stringMatching(/ran empty .* with 4 requests in flight/),
    });
    expect(checkOf("queue-never-empty", ran(null))).toMatchObject({ status: "unknown", value: null });
  });
  it("is none in chunks and in a closed loop", () => {
    const chunks = { ...offline, load: { batch_size: 8 } };
    expect(checkOf("queue-never-empty", { ...ran(true), workload: chunks })).toBeUndefined();
    expect(checkOf("queue-never-empty", { observation: seen(200, 0, { queueRanEmpty: true }) })).toBeUndefined();
  });
});

describe("tail-budget", () => {
  const gaveUp = { missed: 3, allowed: 2, atNs: 2.67e9, lastDueNs: 6.21e9 };

  it("fails a load that was given up, with what was missed, what may be, and what was not run", () => {
    const check = checkOf("tail-budget", { observation: seen(200, 0, { gaveUp }) });
    expect(check).toMatchObject({ status: "fail", value: 3, limit: 2, margin: -1, unit: "1" });
    expect(check?.message).toBe(
      "3 requests had missed a limit after 2.67 s, and at most 2 of the schedule may: given up 3.54 s before its end",
    );
    expect(check?.remedy).toMatch(/lower rate comes next/);
  });

  it("names no seconds that were saved where all of the schedule was sent", () => {
    const check = checkOf("tail-budget", { observation: seen(200, 0, { gaveUp: { ...gaveUp, lastDueNs: 1e9 } }) });
    expect(check?.message).toMatch(/may: given up when all of it was sent$/);
  });

  it("is none of a load that ran to its end, or that never was", () => {
    expect(checkOf("tail-budget", {})).toBeUndefined();
    expect(checkOf("tail-budget", { ...input(), observation: null })).toBeUndefined();
  });
});

describe("schedule-kept", () => {
  interface Sketch {
    count?: number;
    gapMs?: number;
    ttftMs?: number;
    /** Of the request at that place, in ms. */
    lagMs: (place: number) => number;
    windowS?: number;
    fidelity?: Fidelity;
  }

  function openTrial({ count = 200, gapMs = 100, ttftMs = 20, lagMs, windowS = 90, fidelity = "valid" }: Sketch) {
    const requests = Array.from({ length: count }, (_, place) => {
      const scheduledMs = place * gapMs;
      const sentMs = scheduledMs + lagMs(place);
      return { scheduledMs, sentMs, tokensMs: [sentMs + ttftMs, sentMs + ttftMs + 500] };
    });
    return {
      spec: specOf({ fidelity }),
      workload: someWorkload({
        ...input().workload,
        scenario: "open",
        load: { rate: 10 },
        arrivals: { kind: "constant" },
      }),
      observation: observationOf(requests, { window: { startNs: 0, endNs: windowS * 1e9 } }),
    } satisfies Partial<JudgeInput>;
  }

  const check = (sketch: Sketch) => checkOf("schedule-kept", openTrial(sketch));

  it("allows a lag of 1 ms at p99 where results are certified, 5 ms where they are screened", () => {
    expect(check({ lagMs: () => 1 })).toMatchObject({ status: "pass", value: 1, limit: 1, margin: 0 });
    expect(check({ lagMs: () => 1.5 })).toMatchObject({ status: "fail", value: 1.5, limit: 1, unit: "ms" });
    expect(check({ lagMs: () => 1.5, fidelity: "screen" })).toMatchObject({ status: "pass", limit: 5 });
    expect(check({ lagMs: () => 5.5, fidelity: "screen" })).toMatchObject({ status: "fail" });
  });

  it("allows a share of the median TTFT where answers are slow", () => {
    expect(check({ lagMs: () => 5, ttftMs: 800 })).toMatchObject({ status: "pass", limit: 8 });
    expect(check({ lagMs: () => 9, ttftMs: 800 })).toMatchObject({ status: "fail", limit: 8 });
  });

  it("looks at the tail: two of a hundred late fail, one of two hundred does not", () => {
    expect(check({ lagMs: (place) => (place % 50 === 0 ? 30 : 0.1) })?.status).toBe("fail");
    expect(check({ lagMs: (place) => (place === 7 ? 30 : 0.1) })?.status).toBe("pass");
  });

  it("wants the rate that was asked for, whatever the lag's share of a slow TTFT", () => {
    // Each send 2 % later than the one before it is due.
    const slipping = { lagMs: (place: number) => place * 2, ttftMs: 60_000 };
    const found = check(slipping);
    expect(found).toMatchObject({ status: "fail", limit: 600 });
    expect(found?.message).toContain("9.8 of 10 requests a second were sent, at least 99 % are asked for");
    expect(found?.remedy).toMatch(/other cores.*another host.*several workers/);
  });

  it("does not count what a cap held back, and says so", () => {
    const held = openTrial({ lagMs: (place) => place * 2 });
    for (const request of held.observation.requests) request.heldNs = request.sentNs - (request.scheduledNs ?? 0);
    expect(checkOf("schedule-kept", held)).toMatchObject({
      status: "pass",
      value: 0,
      message: expect.stringContaining("not counting how long `load.max_in_flight` held back 199 of 200") as string,
    });
    // What the client added is its own.
    for (const request of held.observation.requests) request.heldNs = Math.max(0, request.heldNs! - 2e6);
    expect(checkOf("schedule-kept", held)).toMatchObject({ status: "fail", value: 2 });
  });

  it("lets the median alone decide a short window: a pause is no verdict, a client that lags is one", () => {
    const pause = { lagMs: (place: number) => (place < 5 ? 60 : 0.1), windowS: 3 };
    expect(check(pause)).toMatchObject({ status: "unknown", message: expect.stringMatching(/under 5 s/) as string });
    expect(check({ ...pause, windowS: 90 })?.status).toBe("fail");
    expect(check({ ...pause, windowS: 90, count: 50 })?.status).toBe("unknown");
    expect(check({ lagMs: () => 60, windowS: 3 })?.status).toBe("fail");
    expect(check({ lagMs: () => 0.1, windowS: 3 })?.status).toBe("pass");
  });

  it("is none of other scenarios and other purposes", () => {
    expect(checkOf("schedule-kept", {})).toBeUndefined();
    const accuracy = { ...openTrial({ lagMs: () => 9 }), spec: specOf({ purpose: "accuracy" }) };
    expect(checkOf("schedule-kept", accuracy)).toBeUndefined();
  });

  it("has no rate to ask for where all is due at once", () => {
    expect(check({ lagMs: () => 0, gapMs: 0 })?.status).toBe("pass");
  });
});
