import { describe, expect, it } from "vitest";
import { bridgeSettings, departures, type BridgeRequest } from "../../../src/commands/mlperf/loadgen-settings.ts";
import { someRuleset } from "../../support/rulesets.ts";

const target = {
  url: "http://127.0.0.1:1",
  path: "/v1/completions",
  bodies: "b",
  keyVariable: null,
  auditConfig: null,
  sutName: "s",
};
const asked: BridgeRequest = {
  mode: "performance",
  rate: 5,
  samples: 20,
  minDurationS: null,
  minQueries: null,
  deadlineS: 600,
  maxInFlight: null,
};

describe("bridgeSettings", () => {
  it("is the ruleset, limits in ns and no limit of the whole latency where tokens are judged", () => {
    const rules = someRuleset();
    const settings = bridgeSettings(rules, asked, target);
    expect(settings).toMatchObject({
      scenario: "Server",
      target_qps: 5,
      min_duration_ms: 1000,
      min_query_count: 10,
      ttft_ns: 100e6,
      tpot_ns: 10e6,
      latency_ns: 0,
      library_samples: 20,
      seeds: { qsl: "1", sample_index: "2", schedule: "3" },
    });
    expect(departures(rules, settings)).toEqual([]);
  });

  it("judges the whole latency where the ruleset does", () => {
    const rules = someRuleset({ tokenLatencies: false, limits: { ttftMs: null, tpotMs: null, latencyMs: 12_000 } });
    expect(bridgeSettings(rules, asked, target)).toMatchObject({ token_latencies: false, latency_ns: 12e9 });
  });

  it("tells all that is less than the ruleset asks for", () => {
    const rules = someRuleset({ minQueryCount: 20 });
    const less = { ...asked, samples: 8, minDurationS: 0.5 };
    const settings = bridgeSettings(rules, less, target);
    // A count that is one pass over the samples is one pass over those that there are.
    expect(settings).toMatchObject({ min_query_count: 8, performance_samples: 8, library_samples: 8 });
    expect(departures(rules, settings)).toEqual([
      "min_duration 0.5 s instead of 1 s",
      "min_query_count 8 instead of 20",
      "samples 8 instead of 20",
    ]);
    const accuracy = bridgeSettings(rules, { ...less, mode: "accuracy" }, target);
    expect(departures(rules, accuracy)).toEqual(["samples 8 instead of 20"]);
  });
});
