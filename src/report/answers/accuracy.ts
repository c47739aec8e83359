import { percentText, saidOf } from "../../math/figures.ts";
import type { AccuracyJudgement, PairedFigure } from "../../schema/finding.ts";
import type { Answer } from "../answer.ts";
import { namesOf } from "../answer-words.ts";
import { worstFigure } from "../charts/accuracy.ts";
import type { ReportInput } from "../report-input.ts";

/** Which changes keep their gates, which do not, and which cannot be told. Null where no answers were paired. */
export function accuracyAnswer({ accuracy = [] }: Pick<ReportInput, "accuracy">): Answer | null {
  const judged = accuracy.flatMap(worstFigure);
  if (judged.length === 0) return null;
  const of = (status: PairedFigure["status"]): string[] =>
    judged.filter((one) => one.status === status).map((one) => `${one.change} (${figureText(one)})`);
  const [pass, fail, unknown] = [of("pass"), of("fail"), of("unknown")];
  const gate = `the gate of ${percentText(judged[0]?.gate ?? 0)} of the baseline's score`;
  return {
    main: saidOf(
      pass.length > 0 && `${namesOf(pass)} ${pass.length === 1 ? "keeps" : "keep"} ${gate}.`,
      fail.length > 0 && `${namesOf(fail)} ${fail.length === 1 ? "fails" : "fail"} ${pass.length === 0 ? gate : "it"}.`,
      unknown.length > 0 && `Not decided: ${namesOf(unknown)}, since the gate lies within the interval.`,
    ).join(" "),
    because: accuracy.filter(({ findings }) => findings.length > 0).map(findingsText),
  };
}

/** `ROUGE-1 66.2 %`, with two decimals within a point of the gate. */
function figureText({ metric, ratio, gate }: PairedFigure): string {
  return `${metric.replace(/^rouge/, "ROUGE-")} ${percentText(ratio, Math.abs(ratio - gate) < 0.01 ? 2 : 1)}`;
}

function findingsText({ treatment, findings }: AccuracyJudgement): string {
  return `${treatment}: ${findings.map(({ title, affected, of }) => `${title.toLowerCase()} in ${affected} of ${of}`).join(", ")}.`;
}
