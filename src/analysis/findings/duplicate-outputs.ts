import type { JudgedAnswer } from "../../schema/finding.ts";
import { samplesOf, shareOf, type FindingRule } from "./finding-rule.ts";

/** The same answer to different articles: a buffer that was used again, or a model that collapsed. */
export const duplicateOutputs: FindingRule = ({ treatment, control }) => {
  const repeated = repeats(treatment);
  const before = control === null ? 0 : repeats(control).length;
  if (repeated.length === 0 || repeated.length <= before) return null;
  const inOneChunk = repeated.filter(
    (answer) =>
      answer.chunk !== null &&
      treatment.some(
        (other) => other !== answer && other.chunk === answer.chunk && other.prediction === answer.prediction,
      ),
  ).length;
  const where = inOneChunk === 0 ? "" : ` ${inOneChunk} share their client chunk with the answer that they repeat.`;
  return {
    id: "duplicate-outputs",
    title: "Duplicate outputs",
    evidence:
      `${shareOf(repeated.length, treatment.length)} answers repeat another's word for word, ${before} before the change.${where} ` +
      "Look for a buffer that is used again before it was read.",
    affected: repeated.length,
    of: treatment.length,
    samples: samplesOf(repeated),
  };
};

/** Answers that are not empty and that another sample with another reference has too. */
function repeats(answers: readonly JudgedAnswer[]): JudgedAnswer[] {
  const byText = Map.groupBy(
    answers.filter(({ prediction }) => prediction.trim() !== ""),
    ({ prediction }) => prediction,
  );
  return [...byText.values()].filter((same) => new Set(same.map(({ reference }) => reference)).size > 1).flat();
}
