import { describe, expect, it } from "vitest";
import { compareRules } from "../../src/analysis/compare-rules.ts";
import { metricDefinitions } from "../../src/metrics/index.ts";
import type { StudyRecord } from "../../src/schema/study-record.ts";
import type { Trial } from "../../src/schema/trial.ts";

const rules = { smallestEffectOfInterest: 0.03 };
const gate = (metric: string, atLeast: number | null, atMost: number | null) => ({
  source: "mlperf-inference-v6.1/llama3.1-8b",
  samples: 13_368,
  metric,
  reference: 40,
  atLeast,
  atMost,
});
const record = {
  rules,
  fidelity: "valid",
  gates: [gate("rouge1", 38.39, null), gate("gen_len", 7e6, 9e6)],
} as unknown as StudyRecord;
const accuracy = (n: number, fidelity = "valid", status = "VALID") =>
  ({
    spec: { purpose: "accuracy", fidelity },
    verdict: { status },
    measurements: ["rouge1", "gen_len"].map((metric) => ({ metric, n })),
  }) as unknown as Trial;

describe("compareRules", () => {
  it("judges a whole data set by the ruleset's bounds", () => {
    const { gates, smallestEffectOfInterest } = compareRules(
      record,
      [accuracy(13_368), accuracy(13_368)],
      metricDefinitions,
    );
    expect(smallestEffectOfInterest).toBe(0.03);
    expect(gates).toMatchObject([
      { metric: "rouge1", stat: "mean", of: "absolute", atLeast: 38.39, atMost: null },
      { metric: "gen_len", stat: "sum", of: "absolute", atLeast: 7e6, atMost: 9e6 },
    ]);
  });

  it("asks only usable trials of the study's fidelity", () => {
    const whole = accuracy(13_368);
    const others = [accuracy(500, "screen"), accuracy(700, "valid", "INVALID")];
    expect(compareRules(record, [whole, ...others], metricDefinitions).gates).toHaveLength(2);
  });

  it("leaves a subset to the baseline's answers, and a study without gates to the defaults", () => {
    expect(compareRules(record, [accuracy(13_368), accuracy(1000)], metricDefinitions)).toEqual(rules);
    expect(compareRules(record, [], metricDefinitions)).toEqual(rules);
    expect(compareRules({ ...record, gates: [] }, [accuracy(13_368)], metricDefinitions)).toEqual(rules);
  });
});
