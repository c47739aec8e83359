import type { CompareRules } from "../../analysis/index.ts";
import { metricDefinitions } from "../../metrics/index.ts";
import type { Statistic } from "../../schema/measurement.ts";
import type { StudyRecord } from "../../schema/study-record.ts";
import type { Trial } from "../../schema/trial.ts";

/**
 * What a study's comparisons are judged by. A ruleset's gates are bounds of its whole data set: where an accuracy trial
 * asked fewer samples, the change is judged beside the baseline's answers to the same ones, as without a ruleset.
 */
export function compareRules({ rules, gates = [] }: StudyRecord, trials: readonly Trial[]): Partial<CompareRules> {
  const { guardrails, ...others } = rules ?? {};
  const stated: Partial<CompareRules> = {
    ...others,
    ...(guardrails && { guardrails: guardrails.map((one) => ({ ...one, better: betterOf(one.metric) })) }),
  };
  const scored = trials.filter(({ spec }) => spec.purpose === "accuracy");
  const whole = gates.filter(({ metric, samples }) => {
    const asked = scored.flatMap(({ measurements }) => measurements.find((row) => row.metric === metric)?.n ?? []);
    return asked.length > 0 && Math.min(...asked) >= samples;
  });
  if (whole.length === 0) return stated;
  return {
    ...stated,
    gates: whole.map(({ metric, atLeast, atMost, source }) => ({
      metric,
      stat: statOf(metric),
      of: "absolute",
      atLeast: atLeast ?? 0,
      atMost,
      source,
    })),
  };
}

function betterOf(metric: string): "higher" | "lower" | "neither" {
  return metricDefinitions.find(({ id }) => id === metric)?.better ?? "neither";
}

/** What a gate's figure is, as the metric declares it: a mean for ROUGE, a sum for gen_len. */
function statOf(metric: string): Statistic {
  return metricDefinitions.find(({ id }) => id === metric)?.stats[0] ?? "mean";
}
