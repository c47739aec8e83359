import type { Row } from "../../schema/experiment.ts";
import { isSet } from "../engine/conditions.ts";
import { rowNames, rowsWhere } from "../row-groups.ts";
import type { LintContext, Rule } from "../rule.ts";

/** More tokens than the model was made for: the engine refuses to start. */
export const lengthOverModel: Rule = {
  code: "length-over-model",
  severity: "error",
  eachSystem: true,
  check(context) {
    const { engine } = context.study;
    const { modelLength } = context;
    if (engine.modelLength === null || modelLength === null) return [];
    const { knob, unless } = engine.modelLength;
    const holds = (row: Row) =>
      asked(context, row, knob) > modelLength && !(unless !== undefined && isSet(row.assignment, unless));
    return rowsWhere(context, [knob], holds).map((group) => ({
      pointer: group.pointer,
      aim: "value",
      message: `${rowNames(group)} asks for ${knob} ${asked(context, group.row, knob)}, and the model was made for ${modelLength} (its config.json)`,
      hint: `set ${knob} to ${modelLength} at most${unless === undefined ? "" : `, or ${unless} where you know that the model goes further`}`,
    }));
  },
};

function asked({ valueOf }: LintContext, row: Row, knob: string): number {
  const value = valueOf(row.assignment, knob);
  return typeof value === "number" ? value : 0;
}
