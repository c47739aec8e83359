import type { Row } from "../../schema/experiment.ts";
import { sutOf } from "../../schema/sut.ts";
import { allHold, knobsOf } from "../engine/conditions.ts";
import { factorialPointer, rowNames, rowsWhere } from "../row-groups.ts";
import type { LintContext, Rule } from "../rule.ts";

/** A combination of knobs that the engine refuses, by the rules of its engine file. */
export const cannotRun: Rule = {
  code: "cannot-run",
  severity: "error",
  eachSystem: true,
  check: (context) =>
    context.study.engine.cannotRun.flatMap(({ when, because, instead, unless_hooks: liftedByHooks = false }) => {
      const holds = (row: Row): boolean =>
        allHold(when, row.assignment, context.valueOf) && !(liftedByHooks && hasHooks(context, row));
      return rowsWhere(context, knobsOf(when), holds).map((group) => {
        const exclude = group.row.pointer === factorialPointer ? "; or `exclude` these cells" : "";
        const message = `${rowNames(group)} cannot run: ${because}`;
        return { pointer: group.pointer, aim: "key" as const, message, hint: `${instead}${exclude}` };
      });
    }),
};

/** True where commands of the matrix run before the engine starts, and may bring what it lacks. */
function hasHooks({ study }: LintContext, { assignment }: Row): boolean {
  return sutOf(study, assignment).beforeLaunch.length > 0;
}
