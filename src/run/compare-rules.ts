import type { CompareRules } from "../compare/index.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";

/**
 * What a study's comparisons are judged by. A ruleset's gates are bounds of its whole data set: where an accuracy trial
 * asked fewer samples, the change is judged beside the baseline's answers to the same ones, as without a ruleset.
 */
export function compareRules({ rules, gates = [] }: StudyRecord, trials: readonly Trial[]): Partial<CompareRules> {
  const asked = trials
    .filter(({ spec }) => spec.purpose === "accuracy")
    .flatMap(({ measurements }) => measurements.find(({ metric }) => metric === "rouge1")?.n ?? []);
  const fewest = Math.min(...asked);
  const whole = gates.filter(({ samples }) => asked.length > 0 && fewest >= samples);
  if (whole.length === 0) return { ...rules };
  return {
    ...rules,
    gates: whole.map(({ metric, atLeast, atMost, source }) => ({
      metric,
      stat: metric === "gen_len" ? "sum" : "mean",
      of: "absolute",
      atLeast: atLeast ?? 0,
      atMost,
      source,
    })),
  };
}
