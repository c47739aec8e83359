import { sameJson, type Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";

/** An `exclude` that takes the baseline out of every cell, or all that would be compared with it. */
export const excludedBaseline: Rule = {
  code: "excluded-baseline",
  severity: "error",
  check(context) {
    const { exclude, baseline } = context.study;
    const found = exclude
      .filter(({ match }) => matches(context, match, baseline.knobs))
      .map(({ pointer }): RuleFinding => {
        const message = `this excludes the baseline \`${baseline.id}\`, which every cell is compared with`;
        return { pointer, aim: "value", message, hint: "narrow it by another factor, or change the baseline" };
      });
    const { rows } = context.expansion;
    // A design without changes has nothing to compare.
    const empty = context.study.design.changes.length > 0 || context.study.design.factors !== undefined;
    if (
      exclude.length === 0 ||
      found.length > 0 ||
      (!empty ? rows.length > 0 : rows.some(({ against }) => against !== null))
    )
      return found;
    const message = "everything is excluded: no row is left to compare with the baseline";
    return [
      {
        pointer: exclude[0]!.pointer.replace(/\/\d+$/, ""),
        aim: "key",
        message,
        hint: "narrow an `exclude`, or `include` a row",
      },
    ];
  },
};

/** A match without settings matches everything; one that names a part of the matrix beside settings does not match the baseline everywhere. */
function matches({ valueOf, catalogue, knobsSwept }: LintContext, match: Assignment, assignment: Assignment): boolean {
  return Object.entries(match).every(([part, wanted]) => {
    if (part === "row") return false;
    if (catalogue.find(part) === null || knobsSwept.has(part)) return false;
    const own = valueOf(assignment, part);
    const same = (one: Json): boolean => sameJson(valueOf({ [part]: one }, part), own);
    return same(wanted) || (Array.isArray(wanted) && wanted.some(same));
  });
}
