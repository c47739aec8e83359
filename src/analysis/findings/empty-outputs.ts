import { samplesOf, shareOf, type FindingRule } from "./finding-rule.ts";

/** Answers without a word: timeouts or errors that were stored as text, or requests whose answer was lost. */
export const emptyOutputs: FindingRule = ({ treatment, control }) => {
  const empty = treatment.filter(({ prediction }) => prediction.trim() === "");
  const before = (control ?? []).filter(({ prediction }) => prediction.trim() === "").length;
  if (empty.length <= before) return null;
  const failed = empty.filter(({ finish }) => finish === null).length;
  return {
    id: "empty-outputs",
    title: "Empty outputs",
    evidence:
      `${shareOf(empty.length, treatment.length)} answers are empty, ${before} before the change; ` +
      `${failed} of them never finished. Look at their errors in requests.parquet.`,
    affected: empty.length,
    of: treatment.length,
    samples: samplesOf(empty),
  };
};
