import { describe, expect, it } from "vitest";
import {
  bridgeSettings,
  departures,
  fullPasses,
  type BridgeTarget,
} from "../../../src/commands/mlperf/loadgen-settings.ts";
import { someRuleset } from "../../support/rulesets.ts";

const target: BridgeTarget = {
  url: "http://127.0.0.1:1",
  path: "/v1/completions",
  bodies: "b",
  keyVariable: null,
  auditConfig: null,
  sutName: "s",
  mode: "performance",
  deadlineS: 600,
  maxInFlight: null,
};
const asked = { rate: 5, samples: 20, minDurationS: null, minQueries: null };

describe("bridgeSettings", () => {
  it("is the ruleset, limits in ns and no limit of the whole latency where tokens are judged", () => {
    const rules = someRuleset();
    const settings = bridgeSettings(rules, asked, target);
    expect(settings).toMatchObject({
      scenario: "Server",
      targetQps: 5,
      minDurationMs: 1000,
      minQueryCount: 10,
      ttftNs: 100e6,
      tpotNs: 10e6,
      latencyNs: 0,
      librarySamples: 20,
      seeds: { qsl: "1", sampleIndex: "2", schedule: "3" },
    });
    expect(departures(rules, settings)).toEqual([]);
  });

  it("judges the whole latency where the ruleset does", () => {
    const rules = someRuleset({ tokenLatencies: false, limits: { ttftMs: null, tpotMs: null, latencyMs: 12_000 } });
    expect(bridgeSettings(rules, asked, target)).toMatchObject({ tokenLatencies: false, latencyNs: 12e9 });
  });

  it("tells all that is less than the ruleset asks for", () => {
    const rules = someRuleset({ minQueryCount: 20 });
    const less = { ...asked, samples: 8, minDurationS: 0.5 };
    const settings = bridgeSettings(rules, less, target);
    // A count that is one pass over the samples is one pass over those that there are.
    expect(settings).toMatchObject({ minQueryCount: 8, performanceSamples: 8, librarySamples: 8 });
    expect(departures(rules, settings)).toEqual([
      "min_duration 0.5 s instead of 1 s",
      "min_query_count 8 instead of 20",
      "samples 8 instead of 20",
    ]);
    const accuracy = bridgeSettings(rules, less, { ...target, mode: "accuracy" });
    expect(departures(rules, accuracy)).toEqual(["samples 8 instead of 20"]);
  });

  it("tells that whole passes over the samples are more than the queries that were asked for", () => {
    const few = bridgeSettings(someRuleset({ equalIssue: true }), { ...asked, minQueries: 5 }, target);
    expect(fullPasses(few)).toBe(
      "each of the 20 samples is sent equally often, as the ruleset has it: at least 20 are sent, not 5; --samples 5 takes fewer",
    );
    expect(fullPasses({ ...few, minQueryCount: 40 })).toBeNull();
    expect(fullPasses({ ...few, equalIssue: false })).toBeNull();
    expect(fullPasses({ ...few, mode: "accuracy" })).toBeNull();
  });
});
