import type { AccuracyJudgement, WorstAnswer } from "../../schema/finding.ts";
import { number, relationOf, text, type Relation } from "./relation.ts";

/** The answers that lost most, of each change that does not pass its gate; where all pass, of the one that kept least. */
export function worstAnswersRelation(judgements: readonly AccuracyJudgement[]): Relation {
  const rows = shownOf(judgements).flatMap(({ treatment, worst }) => worst.map((one) => ({ ...one, treatment })));
  type Row = WorstAnswer & { treatment: string };
  return relationOf<Row>("worst_answers", rows, [
    text("change", "Change", ({ treatment }) => treatment),
    number("sample", "Sample", ({ sample }) => sample),
    number("score", "Score", ({ score }) => score, { decimals: 1 }),
    number("control_score", "Baseline's", ({ controlScore }) => controlScore, { decimals: 1 }),
    text("prediction", "Answer", ({ prediction }) => (prediction === "" ? "(empty)" : prediction)),
    text("reference", "A good one says", ({ reference }) => reference ?? ""),
  ]);
}

function shownOf(judgements: readonly AccuracyJudgement[]): AccuracyJudgement[] {
  const lossy = judgements.filter(({ figures }) => figures.some(({ status }) => status !== "pass"));
  if (lossy.length > 0) return lossy;
  return judgements.toSorted((left, right) => lowestOf(left) - lowestOf(right)).slice(0, 1);
}

function lowestOf({ figures }: AccuracyJudgement): number {
  return Math.min(...figures.map(({ ratio, gate }) => ratio / gate));
}
