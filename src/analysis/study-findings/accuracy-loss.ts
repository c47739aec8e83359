import { boundsText, percentText } from "../../math/figures.ts";
import { figureWords } from "../../schema/figure-words.ts";
import type { AccuracyJudgement } from "../../schema/finding.ts";
import { sqlText } from "../../schema/sql-text.ts";
import { type StudyFindingRule } from "./finding-context.ts";

/** A change whose answers fail their gate, sample by sample, with the suspect that explains most of it. */
export const accuracyLoss: StudyFindingRule = ({ study, accuracy, trials }) => {
  const lost = accuracy.flatMap((judgement) => {
    const failed = judgement.figures.flatMap(({ metric, n, ratio, interval, gate, status }) =>
      status === "fail" && interval !== null ? [{ metric, n, ratio, interval, gate }] : [],
    );
    const worst = failed.toSorted((left, right) => left.ratio / left.gate - right.ratio / right.gate)[0];
    return worst === undefined ? [] : [{ ...judgement, worst }];
  });
  return lost
    .toSorted((left, right) => left.worst.ratio - right.worst.ratio)
    .map(({ treatment, control, findings, worst }) => ({
      says: `${treatment} loses accuracy: ${figureWords(worst.metric)} is ${percentText(worst.ratio, 1)} of ${control}'s (change ${boundsText(worst.interval)} %) over ${worst.n} answers, and the gate is ${percentText(worst.gate)}.${suspectText(findings)}`,
      trials: trials
        .filter(({ spec, labels }) => spec.purpose === "accuracy" && [treatment, control].includes(labels.name))
        .map(({ spec }) => spec.trialId),
      query: [
        `SELECT experiment, count(*) AS answers, avg(${worst.metric === "rougeL" ? "rouge_l" : worst.metric === "rougeLsum" ? "rouge_lsum" : worst.metric}) AS score`,
        `FROM outputs WHERE study = ${sqlText(study.name)} AND experiment IN (${sqlText(treatment)}, ${sqlText(control)})`,
        "GROUP BY experiment ORDER BY experiment",
      ].join("\n"),
    }));
};

function suspectText([first]: AccuracyJudgement["findings"]): string {
  return first === undefined ? "" : ` ${first.title}: ${first.affected} of ${first.of} answers.`;
}
