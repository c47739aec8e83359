import { certifies } from "../../schema/fidelity.ts";
import type { ReportKind } from "../../schema/report-kind.ts";
import { answerOf, type Answer } from "../answer.ts";
import { kindOf } from "../kind.ts";
import { lostTrialsText } from "../lost-trials-text.ts";
import type { ReportInput } from "../report-input.ts";
import { judgedChanges } from "../relations/decisions.ts";
import { accuracyAnswer } from "./accuracy.ts";
import { benchAnswer } from "./bench.ts";
import { bestAnswer } from "./best.ts";
import { checklistAnswer } from "./checklist.ts";
import { curveAnswer } from "./curve.ts";
import { duelAnswer } from "./duel.ts";
import { peakAnswer } from "./peak.ts";

type Asked = Pick<ReportInput, "study" | "trials" | "effects" | "decisions" | "summaries"> &
  Partial<Pick<ReportInput, "kind" | "accuracy" | "best" | "curves" | "peaks">>;

/** What each kind answers first; null where the decisions alone are the answer. */
const answers: Record<ReportKind, (input: Asked) => Answer | null> = {
  study: bestAnswer,
  curve: curveAnswer,
  duel: duelAnswer,
  peak: peakAnswer,
  bench: benchAnswer,
  accuracy: accuracyAnswer,
  checklist: checklistAnswer,
};

/** The answer of a study in its kind of report: that of the kind, then what the decisions say of its changes. */
export function kindAnswer(input: Asked): Answer {
  const kind = input.kind ?? kindOf(input);
  const own = answers[kind](input);
  const decided = answerOf(input);
  if (own === null) return decided;
  // A checklist asks how it was measured, and not what came out.
  // Of a search nothing is compared before a trial ran at a rate that held.
  const hasRun = kind !== "peak" || input.summaries.some(({ of }) => of > 0);
  const isDecided = kind !== "checklist" && hasRun && judgedChanges(input.decisions).length > 0;
  // Where nothing is usable there is no answer that could be certified.
  const isOpen = kind !== "checklist" && lostTrialsText(input.summaries, input.trials) === null;
  const screened = isDecided || !isOpen || certifies(input.study.fidelity) ? "" : " (screened, not certified)";
  return {
    main: screened === "" ? own.main : `${own.main.replace(/\.$/, "")}${screened}.`,
    because: [...own.because, ...(isDecided ? [decided.main, ...decided.because] : [])],
  };
}
