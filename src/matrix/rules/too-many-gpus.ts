import { sutOf } from "../../schema/sut.ts";
import { gpuKnobs } from "../engine/gpu-rule.ts";
import { rowNames, rowsWhere } from "../row-groups.ts";
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
      if (gpus === null || devices.length === 0 || gpus <= devices.length || found.has(labels.row)) continue;
      found.set(labels.row, { gpus, devices: devices.length, knobs: gpuKnobs(engine) });
    }
    if (found.size === 0) return [];
    const knobs = [...new Set([...found.values()].flatMap((one) => one.knobs)), "sut.devices"];
    return rowsWhere(context, knobs, ({ id }) => found.has(id)).map((group) => {
      const { gpus, devices, knobs: own } = found.get(group.row.id)!;
      const message = `${rowNames(group)} needs ${gpus} GPUs, and sut.devices has ${devices}`;
      return { pointer: group.pointer, aim: "key", message, hint: `lower ${own.join(" × ")}, or name more devices` };
    });
  },
};
