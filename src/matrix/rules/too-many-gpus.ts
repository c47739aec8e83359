import type { Row } from "../../schema/experiment.ts";
import { rowNames, rowsWhere } from "../row-groups.ts";
import type { LintContext, Rule } from "../rule.ts";

/** More GPUs than `sut.devices` has. Without devices, how many there are is the machine's to say. */
export const tooManyGpus: Rule = {
  code: "too-many-gpus",
  severity: "error",
  check(context) {
    const { engine, devices } = context.study;
    if (devices.length === 0 || engine.gpus.length === 0) return [];
    const groups = rowsWhere(context, engine.gpus, (row) => gpusOf(context, row) > devices.length);
    return groups.map((group) => {
      const message = `${rowNames(group)} needs ${gpusOf(context, group.row)} GPUs, and sut.devices has ${devices.length}`;
      const hint = `lower ${engine.gpus.join(" × ")}, or name more devices`;
      return { pointer: group.pointer, aim: "key", message, hint };
    });
  },
};

function gpusOf({ study, valueOf }: LintContext, row: Row): number {
  return study.engine.gpus.reduce((product, knob) => {
    const value = valueOf(row.assignment, knob);
    return typeof value === "number" ? product * value : product;
  }, 1);
}
