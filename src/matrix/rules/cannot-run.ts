import { allHold, knobsOf } from "../engine/conditions.ts";
import { factorialPointer, rowNames, rowsWhere } from "../row-groups.ts";
import type { Rule } from "../rule.ts";

/** A combination of knobs that the engine refuses, by the rules of its engine file. */
export const cannotRun: Rule = {
  code: "cannot-run",
  severity: "error",
  check: (context) =>
    context.study.engine.cannotRun.flatMap(({ when, because, instead }) =>
      rowsWhere(context, knobsOf(when), (row) => allHold(when, row.assignment, context.valueOf)).map((group) => {
        const exclude = group.row.pointer === factorialPointer ? "; or `exclude` these cells" : "";
        const message = `${rowNames(group)} cannot run: ${because}`;
        return { pointer: group.pointer, aim: "key" as const, message, hint: `${instead}${exclude}` };
      }),
    ),
};
