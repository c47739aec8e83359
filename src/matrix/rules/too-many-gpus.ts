import { sutOf } from "../../schema/sut.ts";
import { gpuKnobs } from "../engine/gpu-rule.ts";
import { nameOf, rowNames, rowsWhere } from "../row-groups.ts";
import type { Rule } from "../rule.ts";

/** More GPUs than `sut.devices` has. Without devices, how many there are is the machine's to say. */
export const tooManyGpus: Rule = {
  code: "too-many-gpus",
  severity: "error",
  check(context) {
    const { study, expansion } = context;
    const found = new Map<string, { gpus: number; devices: number; knobs: string[] }>();
    for (const { knobs, gpus = null, labels } of expansion.experiments) {
      const { devices, engine } = sutOf(study, knobs);
      const row = nameOf({ ...labels, id: labels.row });
      if (gpus === null || devices.length === 0 || gpus <= devices.length || found.has(row)) continue;
      found.set(row, { gpus, devices: devices.length, knobs: gpuKnobs(engine) });
    }
    if (found.size === 0) return [];
    const knobs = [...new Set([...found.values()].flatMap((one) => one.knobs)), "sut.devices"];
    return rowsWhere(context, knobs, (row) => found.has(nameOf(row))).map((group) => {
      const { gpus, devices, knobs: own } = found.get(nameOf(group.row))!;
      const message = `${rowNames(group)} needs ${gpus} GPUs, and sut.devices has ${devices}`;
      return { pointer: group.pointer, aim: "key", message, hint: `lower ${own.join(" × ")}, or name more devices` };
    });
  },
};
