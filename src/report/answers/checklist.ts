import { countText, listText } from "../../math/figures.ts";
import type { Answer } from "../answer.ts";
import { checklistOf } from "../relations/checklist.ts";
import type { ReportInput } from "../report-input.ts";

/** How many lines of the checklist hold, and which do not; the table below has the rest. */
export function checklistAnswer(input: Pick<ReportInput, "study" | "trials" | "peaks">): Answer {
  const lines = checklistOf(input);
  const of = (wanted: string) => lines.filter(({ holds }) => holds === wanted);
  const [no, open] = [of("no"), of("not measured")];
  const named = (some: typeof lines): string => listText(some.map(({ check }) => check.toLowerCase()));
  return {
    main:
      `${of("yes").length} of ${countText(lines.length, "line")} of the checklist hold.` +
      (no.length === 0 ? "" : ` Not: ${named(no)}.`) +
      (open.length === 0 ? "" : ` Not measured: ${named(open)}.`),
    because: [],
  };
}
