import { describe, expect, it } from "vitest";
import { loadgenLatency, loadgenSamples, loadgenTokens } from "../../src/metrics/loadgen-figures.ts";
import type { RulesetScenario } from "../../src/schema/ruleset.ts";
import { makeWorkload } from "../support/make-study.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";

const under = (scenario: RulesetScenario["scenario"], requests: RequestSketch[], percentile: number | null = null) => ({
  observation: observationOf(requests),
  workload: makeWorkload({ ruleset: { scenario, percentile } as RulesetScenario }),
});
const requests: RequestSketch[] = [
  { scheduledMs: 0, sentMs: 0, tokensMs: [100, 200, 900], outputTokens: 3 },
  { scheduledMs: 100, sentMs: 101, tokensMs: [300, 500], outputTokens: 2 },
];

describe("LoadGen's headline", () => {
  it("of Offline is over the longest latency", () => {
    expect(loadgenSamples.measure(under("Offline", requests))[0]).toMatchObject({
      value: 2 / 0.9,
      n: 2,
      rule: "loadgen",
    });
    expect(loadgenTokens.measure(under("Offline", requests))[0]).toMatchObject({ value: 5 / 0.9 });
  });

  it("of Server is over the end of the query issued last, one sample less", () => {
    expect(loadgenSamples.measure(under("Server", requests))[0]).toMatchObject({ value: 1 / 0.5 });
    expect(loadgenTokens.measure(under("Server", requests))[0]).toMatchObject({ value: 5 / 0.5 });
  });

  it("of a stream is a percentile by LoadGen's index, a query of several samples taken as one", () => {
    const chunked = requests.map((request) => ({ ...request, sentMs: 0, chunk: 0 }));
    const third = { scheduledMs: 0, sentMs: 900, tokensMs: [1000], outputTokens: 1, chunk: 1 };
    const [row] = loadgenLatency.measure(under("MultiStream", [...chunked, third], 0.9));
    expect(row).toMatchObject({ value: 900, n: 2, unit: "ms" });
    expect(loadgenLatency.measure(under("Server", requests))[0]).toMatchObject({
      value: null,
      why: "the headline of Server is a rate",
    });
  });

  it("is not there without a ruleset, nor where tokens were not counted", () => {
    const plain = { observation: observationOf(requests), workload: makeWorkload() };
    for (const metric of [loadgenSamples, loadgenTokens, loadgenLatency])
      expect(metric.measure(plain)[0]).toMatchObject({ value: null, why: "the workload names no ruleset" });
    const uncounted = requests.map((request) => ({ ...request, outputTokens: null }));
    expect(loadgenTokens.measure(under("Offline", uncounted))[0]).toMatchObject({ value: null });
  });
});
