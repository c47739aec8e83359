import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import { someWorkload } from "../support/completions.ts";
import { checkOf, input, specOf } from "../support/judged-trials.ts";
import { observationOf } from "../support/observations.ts";

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

describe("schedule-kept", () => {
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
