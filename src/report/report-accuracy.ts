import type { AccuracyJudgement } from "../schema/finding.ts";

/** The accuracy of each change, paired with the baseline's answers, and what explains a loss. */
export function accuracySection(judgements: readonly AccuracyJudgement[]): object {
  const [first] = judgements.flatMap(({ figures }) => figures);
  return {
    gatePercent: first === undefined ? null : 100 * first.gate,
    rows: judgements.flatMap(({ treatment, control, figures }) =>
      figures.map((figure) => ({ treatment, control, ...figure })),
    ),
    losses: judgements
      .filter(({ findings, figures }) => findings.length > 0 || figures.some(({ status }) => status === "fail"))
      .map(({ treatment, findings }) => ({
        treatment,
        findings: findings.map(({ title, evidence, samples }) => ({
          title,
          evidence,
          samples: samples.join(", "),
        })),
      })),
  };
}
