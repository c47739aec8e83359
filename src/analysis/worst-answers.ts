import type { ScoredAnswer, WorstAnswer } from "../schema/finding.ts";

const MOST = 10;

/** Characters of an answer that are kept: enough to see what is wrong with it. */
const LONGEST = 200;

/** The answers of a change that lost most of their score beside the baseline's to the same samples, the worst first. */
export function worstAnswers(sides: {
  treatment: readonly ScoredAnswer[];
  control: readonly ScoredAnswer[];
}): WorstAnswer[] {
  const controls = new Map(sides.control.map(({ sample, rouge1 }) => [sample, rouge1]));
  const lost = sides.treatment.flatMap(({ sample, rouge1: score, prediction, reference }) => {
    const controlScore = controls.get(sample) ?? null;
    return score === null || controlScore === null || score >= controlScore
      ? []
      : [{ sample, score, controlScore, prediction, reference }];
  });
  return lost
    .toSorted(
      (left, right) =>
        left.score - left.controlScore - (right.score - right.controlScore) || left.sample - right.sample,
    )
    .slice(0, MOST)
    .map((one) => ({
      ...one,
      prediction: beginningOf(one.prediction),
      reference: one.reference === null ? null : beginningOf(one.reference),
    }));
}

/** The beginning of a text on one line; a text of a megabyte is not read to its end. */
function beginningOf(text: string): string {
  const line = text
    .slice(0, 8 * LONGEST)
    .replaceAll(/\s+/g, " ")
    .trim();
  const kept = Array.from(line).slice(0, LONGEST).join("");
  return kept.length < line.length || text.length > 8 * LONGEST ? `${kept.trimEnd()}…` : kept;
}
