import { sameJson } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";

/** An `exclude` that takes the baseline out, or all that would be compared with it. */
export const excludedBaseline: Rule = {
  code: "excluded-baseline",
  severity: "error",
  check(context) {
    const { design, baseline } = context.study;
    const { exclude = [] } = design;
    const found = exclude
      .filter(({ match }) => matches(context, match, baseline.knobs))
      .map(({ pointer }): RuleFinding => {
        const message = `this excludes the baseline \`${baseline.id}\`, which every cell is compared with`;
        return { pointer, aim: "value", message, hint: "narrow it by another factor, or change the baseline" };
      });
    const empty = exclude.length > 0 && !context.expansion.rows.some(({ against }) => against !== null);
    if (!empty || found.length > 0) return found;
    const message = "everything is excluded: no row is left to compare with the baseline";
    return [{ pointer: "/design/exclude", aim: "key", message, hint: "narrow an `exclude`, or `include` a row" }];
  },
};

/** A match without knobs matches everything. */
function matches({ valueOf }: LintContext, match: Assignment, assignment: Assignment): boolean {
  return Object.keys(match).every((knob) => sameJson(valueOf(match, knob), valueOf(assignment, knob)));
}
