import { pointerOf } from "../../schema/json-pointer.ts";
import type { Rule, RuleFinding } from "../rule.ts";
import { hasType, typesInWords } from "../engine/checkable-values.ts";

/** A computed value that cannot be computed, or that is none that its setting takes. */
export const computedValue: Rule = {
  code: "computed-value",
  severity: "error",
  check(context) {
    const { study, expansion, catalogue, settings } = context;
    const found = new Map<string, RuleFinding>();
    const placeOf = (setting: string, expression: string, workload: string): string => {
      const isThis = (value: unknown): boolean => typeof value === "string" && value.slice(1).trim() === expression;
      for (const { knob, values } of settings) {
        const place = knob === setting ? values.find(({ value }) => isThis(value)) : undefined;
        if (place !== undefined) return place.pointer;
      }
      const index = study.workloads.findIndex(({ name }) => name === workload);
      return pointerOf("workloads", index, ...setting.split("."));
    };
    const add = (setting: string, expression: string, workload: string, why: string, hint: string): void => {
      const pointer = placeOf(setting, expression, workload);
      if (!found.has(pointer))
        found.set(pointer, { pointer, aim: "value", message: `\`= ${expression}\`: ${why}`, hint });
    };
    for (const { setting, expression, workload, why } of expansion.faults) {
      const hint = "write arithmetic over names of settings: = dataset.input_tokens + dataset.output_tokens + 256";
      add(setting, expression, workload, why, hint);
    }
    for (const { computed = {}, knobs, labels } of expansion.experiments) {
      for (const [setting, expression] of Object.entries(computed)) {
        const [value, knob] = [knobs[setting], catalogue.find(setting)];
        if (value === undefined || knob === null || hasType(value, knob)) continue;
        const why = `it is ${JSON.stringify(value)} for \`${labels.name}\`, and \`${setting}\` takes ${typesInWords[knob.definition.type]}`;
        add(setting, expression, labels.workload, why, "change the expression, so that it fits for every experiment");
      }
    }
    return [...found.values()];
  },
};
