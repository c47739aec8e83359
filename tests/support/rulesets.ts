import type { RulesetScenario } from "../../src/schema/ruleset.ts";

/** A Server scenario with limits of 100 ms (TTFT) and 10 ms (TPOT), at least 1 s and 10 queries. Its figures are nobody's. */
export function someRuleset(changes: Partial<RulesetScenario> = {}): RulesetScenario {
  return {
    rulesetId: "rules-1",
    model: "m",
    name: "Server",
    scenario: "Server",
    loadgenModel: null,
    loadgenVersion: "6.0.17",
    minDurationMs: 1000,
    minQueryCount: 10,
    samplesPerQuery: 1,
    percentile: 0.99,
    limits: { ttftMs: 100, tpotMs: 10, latencyMs: null },
    earlyStoppingConfidence: 0.99,
    equalIssue: false,
    tokenLatencies: true,
    librarySamples: 20,
    performanceSamples: 20,
    accuracySamples: 20,
    performanceSetFrom: "performance_samples",
    offlineSlack: 1.1,
    singleStreamSlack: 2,
    standardLibrary: "libstdc++-11",
    seeds: { qsl: "1", sampleIndex: "2", schedule: "3" },
    gates: [],
    generation: null,
    forbidden: [],
    ...changes,
  };
}
