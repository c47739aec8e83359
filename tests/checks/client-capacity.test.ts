import { describe, expect, it } from "vitest";
import type { Calibration } from "../../src/schema/trial.ts";
import { someWorkload } from "../support/completions.ts";
import { checkOf, input, specOf } from "../support/judged-trials.ts";
import { observationOf } from "../support/observations.ts";

/** A request with its 10 tokens costs 200 µs: one core can do 5,000 of them a second. */
const calibration: Calibration = {
  measuredAt: "2026-01-01T00:00:00.000Z",
  ageS: 0,
  cpuPerTokenUs: 10,
  cpuPerRequestUs: 100,
  highestTokensPerS: 80_000,
  endedBy: "client",
  levels: [],
};

function check(ratePerS: number, { workers = 1, endedBy = calibration.endedBy, scenario = "open" as const } = {}) {
  const requests = Array.from({ length: 200 }, (_, place) => {
    const scheduledMs = (place / ratePerS) * 1000;
    return {
      scheduledMs,
      sentMs: scheduledMs,
      tokensMs: Array.from({ length: 10 }, (__, token) => scheduledMs + 20 + token),
    };
  });
  return checkOf("client-capacity", {
    workload: someWorkload({
      ...input().workload,
      scenario,
      load: { rate: ratePerS, workers },
      arrivals: { kind: "constant" },
    }),
    observation: observationOf(requests),
    calibration: { skipped: null, measured: { ...calibration, endedBy } },
  });
}

describe("client-capacity", () => {
  it("fails where the rate needs more than the client's cores, whatever the trial then showed", () => {
    expect(check(2500)).toMatchObject({
      status: "pass",
      value: expect.closeTo(0.5, 9) as number,
      limit: 1,
      unit: "cores",
    });
    const found = check(50_000);
    expect(found).toMatchObject({ status: "fail", value: expect.closeTo(10, 9) as number });
    expect(found?.message).toContain("50000 requests a second of 10 tokens need 10 cores of the client:");
    expect(found?.remedy).toMatch(/load.rate.*load.workers.*another host/);
  });

  it("shares the load between workers", () => {
    expect(check(8000)?.status).toBe("fail");
    expect(check(8000, { workers: 2 })).toMatchObject({ status: "pass", value: expect.closeTo(0.8, 9) as number });
  });

  it("does not decide by a calibration that other work disturbed", () => {
    expect(check(50_000, { endedBy: "machine" })).toMatchObject({ status: "unknown" });
  });

  it("is none without a calibration, of a load that has no rate, and of other purposes", () => {
    expect(checkOf("client-capacity", {})).toBeUndefined();
    const { measured, skipped } = { measured: null, skipped: "smoke" };
    expect(checkOf("client-capacity", { calibration: { measured, skipped } })).toBeUndefined();
    expect(check(50_000, { scenario: "closed" as never })).toBeUndefined();
    expect(checkOf("client-capacity", { spec: specOf({ purpose: "accuracy" }) })).toBeUndefined();
  });
});
