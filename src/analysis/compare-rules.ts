import type { MetricDefinition } from "../schema/measurement.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import { isUsable, type Trial } from "../schema/trial.ts";
import type { CompareRules } from "./rules.ts";

/**
 * What a study's comparisons are judged by. A ruleset's gates are bounds of its whole data set: where an accuracy trial
 * asked fewer samples, the change is judged beside the baseline's answers to the same ones, as without a ruleset.
 */
export function compareRules(
  { rules, gates = [], fidelity }: StudyRecord,
  trials: readonly Trial[],
  metrics: readonly MetricDefinition[],
): Partial<CompareRules> {
  const definitionOf = (metric: string) => metrics.find(({ id }) => id === metric);
  const { guardrails, ...others } = rules ?? {};
  const stated: Partial<CompareRules> = {
    ...others,
    ...(guardrails && {
      guardrails: guardrails.map((one) => ({ ...one, better: definitionOf(one.metric)?.better ?? "neither" })),
    }),
  };
  const scored = trials.filter(
    (trial) => trial.spec.purpose === "accuracy" && trial.spec.fidelity === fidelity && isUsable(trial),
  );
  const whole = gates.filter(({ metric, samples }) => {
    const asked = scored.flatMap(({ measurements }) => measurements.find((row) => row.metric === metric)?.n ?? []);
    return asked.length > 0 && Math.min(...asked) >= samples;
  });
  if (whole.length === 0) return stated;
  return {
    ...stated,
    gates: whole.map(({ metric, atLeast, atMost, source }) => ({
      metric,
      // As the metric declares it: a mean for ROUGE, a sum for gen_len.
      stat: definitionOf(metric)?.stats[0] ?? "mean",
      of: "absolute",
      atLeast: atLeast ?? 0,
      atMost,
      source,
    })),
  };
}
