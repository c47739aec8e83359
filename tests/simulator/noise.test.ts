import { describe, expect, it } from "vitest";
import { launchMark } from "../../src/engine/launch-record.ts";
import { noiseOf, paceOf } from "../../src/simulator/noise.ts";

const launches = Array.from({ length: 4000 }, (_, index) => `${index}-exp1_0a-performance-screen-r1-a1`);

const spread = (variables: Record<string, string>): number => {
  const logs = launches.map((launch) => Math.log(paceOf({ ...variables, CETERIS_LAUNCH: launch })));
  return Math.sqrt(logs.reduce((sum, one) => sum + one * one, 0) / logs.length);
};

describe("noise of a launch", () => {
  it("is half a per cent where nothing is said, and as large as is asked for", () => {
    expect(spread({})).toBeCloseTo(0.005, 3);
    expect(spread({ CETERIS_SIMULATED_NOISE: "0.03" })).toBeCloseTo(0.03, 2);
  });

  it("is the same for the same launch, and another for the next", () => {
    const [one, other] = [paceOf({ CETERIS_LAUNCH: "0001-a" }), paceOf({ CETERIS_LAUNCH: "0002-a" })];
    expect(paceOf({ CETERIS_LAUNCH: "0001-a" })).toBe(one);
    expect(other).not.toBe(one);
  });

  it("does not depend on when the launch was started", () => {
    const started = (startedAt: string, id = "0001-a") =>
      paceOf({ CETERIS_LAUNCH: launchMark({ study: "s", id }, startedAt) });
    expect(started("2026-11-29T12:00:00.000Z")).toBe(started("2026-11-30T15:30:00.000Z"));
    expect(started("2026-11-29T12:00:00.000Z", "0002-a")).not.toBe(started("2026-11-29T12:00:00.000Z"));
  });

  it("is none at 0, and for an engine that was started by hand", () => {
    expect(paceOf({ CETERIS_LAUNCH: "0001-a", CETERIS_SIMULATED_NOISE: "0" })).toBe(1);
    expect(paceOf({ CETERIS_SIMULATED_NOISE: "0.1" })).toBe(1);
  });

  it("takes a share and nothing else", () => {
    expect(noiseOf({ CETERIS_SIMULATED_NOISE: "0.02" })).toBe(0.02);
    for (const text of ["", "much", "-0.1", "0.6", "NaN"])
      expect(noiseOf({ CETERIS_SIMULATED_NOISE: text })).toBeNull();
  });
});
