import { describe, expect, it } from "vitest";
import { effectiveCounts, type LoadgenSettings } from "../../../src/math/loadgen/settings.ts";

const settings: LoadgenSettings = {
  scenario: "Offline",
  mode: "performance",
  targetQps: 1,
  minDurationMs: 600_000,
  minQueryCount: 13_368,
  samplesPerQuery: 8,
  equalIssue: true,
  librarySamples: 13_368,
  performanceSamples: 13_368,
  accuracySamples: 13_368,
  performanceSetFrom: "performance_samples",
  offlineSlack: 1.1,
  singleStreamSlack: 2,
  standardLibrary: "libstdc++-11",
  seeds: { qsl: "1", sampleIndex: "2", schedule: "3" },
};

describe("effectiveCounts", () => {
  it("Offline: one query of the larger of minimum and slack · duration · rate, cut", () => {
    expect(effectiveCounts(settings)).toEqual({
      samplesPerQuery: 13_368,
      minQueryCount: 1,
      minSampleCount: 13_368,
      targetDurationMs: 0,
    });
    // The published run of Llama 2 70B: 93 a second for 2,400 s.
    const long = { ...settings, targetQps: 93, minDurationMs: 2_400_000, minQueryCount: 24_576 };
    expect(effectiveCounts(long).samplesPerQuery).toBe(245_520);
  });

  it("SingleStream with equal issue: never the count itself, always the next whole pass", () => {
    const stream = { ...settings, scenario: "SingleStream" as const, performanceSamples: 5000, targetQps: 1 };
    expect(effectiveCounts({ ...stream, minQueryCount: 5000 }).minQueryCount).toBe(10_000);
    expect(effectiveCounts({ ...stream, minQueryCount: 100, equalIssue: false }).minQueryCount).toBe(100);
  });

  it("MultiStream counts samples as queries times their size", () => {
    const stream = { ...settings, scenario: "MultiStream" as const, minQueryCount: 662 };
    expect(effectiveCounts(stream)).toMatchObject({
      minQueryCount: 662,
      minSampleCount: 5296,
      targetDurationMs: 600_000,
    });
  });
});
