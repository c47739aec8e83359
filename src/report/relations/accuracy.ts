import type { AccuracyJudgement } from "../../schema/finding.ts";
import { change, interval, number, relationOf, text } from "./relation.ts";
import { metricWords } from "./wording.ts";

/** The accuracy of each change, paired with the baseline's answers, and what explains a loss. */
export function accuracyRelation(judgements: readonly AccuracyJudgement[]) {
  const rows = judgements.flatMap(({ treatment, control, figures }) =>
    figures.map((figure) => ({ treatment, control, ...figure })),
  );
  const relation = relationOf("accuracy", rows, [
    text("change", "Change", ({ treatment }) => treatment),
    text("control", "Against", ({ control }) => control),
    text("metric", "Metric", ({ metric }) => metricWords(metric)),
    change("ratio", "Δ", ({ ratio }) => ratio),
    interval("ratio_interval", (row) => row.interval),
    number("samples", "Samples", ({ n }) => n),
    text("gate", "Gate", ({ status }) => status),
  ]);
  // Changes that lost, with what their answers have in common.
  const losses = judgements
    .filter(({ findings, figures }) => findings.length > 0 || figures.some(({ status }) => status === "fail"))
    .map(({ treatment, findings }) => ({
      treatment,
      findings: findings.map(({ title, evidence, samples }) => ({ title, evidence, samples: samples.join(", ") })),
    }));
  return { relation, facts: { gatePercent: rows[0] === undefined ? null : 100 * rows[0].gate, losses } };
}
