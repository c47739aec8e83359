import { allHold, isSet } from "../engine/conditions.ts";
import type { Coupling } from "../../schema/engine-file.ts";
import type { Row } from "../../schema/experiment.ts";
import { rowNames, rowsWhere, together } from "../row-groups.ts";
import type { LintContext, Rule } from "../rule.ts";

/** A change that moves other things by the engine's own rule, so that the row measures more than the knob it names. Once for each such rule, however many rows it concerns. */
export const collateral: Rule = {
  code: "collateral",
  severity: "warning",
  eachSystem: true,
  check: (context) =>
    context.study.engine.couplings.flatMap((coupling) => {
      const groups = rowsWhere(context, [coupling.knob], (row) => applies(context, coupling, row));
      const group = together(groups);
      if (group === null) return [];
      const moved = notPinned(context, coupling, group.row).join(", ");
      const message = `${rowNames(group)}: changing \`${coupling.knob}\` also moves ${moved}: ${coupling.because}`;
      return [{ pointer: group.pointer, aim: "key" as const, message, hint: coupling.pin }];
    }),
};

function applies(context: LintContext, coupling: Coupling, row: Row): boolean {
  if (row.against === null || !Object.hasOwn(row.changed, coupling.knob)) return false;
  // Another engine has rules of its own.
  if (Object.hasOwn(row.changed, "sut.engine")) return false;
  if (!allHold(coupling.when ?? [], row.assignment, context.valueOf)) return false;
  return notPinned(context, coupling, row).length > 0;
}

/** A knob that the row or what is below it sets stays where it is put. */
function notPinned({ study }: LintContext, { moves }: Coupling, row: Row): string[] {
  return moves.filter((thing) => !(Object.hasOwn(study.engine.knobs, thing) && isSet(row.assignment, thing)));
}
