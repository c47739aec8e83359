import type { RequestClass } from "../../schema/workload.ts";
import type { LintContext, Rule, RuleFinding } from "../rule.ts";
import { classesWithPlaces } from "../workload/workload-places.ts";

/** What a member of a class needs of the engine: a knob and its value. An engine whose table has no such knob is asked nothing. */
const needs: readonly { member: keyof RequestClass; knob: string; value: string | boolean; without: string }[] = [
  { member: "model", knob: "enable_lora", value: true, without: "it knows no adapter by that name" },
  { member: "priority", knob: "scheduling_policy", value: "priority", without: "it refuses a priority or ignores it" },
];

/** A class that asks for what the engine was not told to do. A warning: the name may be one that the model is served under as well. */
export const classWithoutKnob: Rule = {
  code: "class-without-knob",
  severity: "warning",
  check: (context) =>
    classesWithPlaces(context.study).flatMap(({ requestClass, workload, place }) =>
      needs.flatMap(({ member, knob, value, without }): RuleFinding[] => {
        if (requestClass[member] === undefined) return [];
        const rows = rowsWithout(context, workload.name, knob, value);
        const [first] = rows;
        if (first === undefined) return [];
        const more = rows.length === 1 ? "" : ` (and ${rows.length - 1} more)`;
        const message = `class \`${requestClass.name}\` says \`${member}\`, and \`${first}\`${more} does not set \`${knob}: ${String(value)}\`: ${without}`;
        const hint = `set \`${knob}: ${String(value)}\` in baseline.knobs, or take \`${member}\` out of the class`;
        return [{ pointer: `${place}/${member}`, aim: "key", message, hint }];
      }),
    ),
};

/** Names of the experiments of a workload in which the knob, which the engine has, is not so. */
function rowsWithout(
  { catalogue, expansion, valueOf }: LintContext,
  workload: string,
  knob: string,
  value: string | boolean,
): string[] {
  const found = catalogue.find(knob);
  if (found === null || found.definition.unsupported !== undefined) return [];
  return expansion.experiments
    .filter(({ skip, labels }) => skip === null && labels.workload === workload)
    .filter(({ knobs }) => valueOf(knobs, knob) !== value)
    .map(({ labels }) => labels.name);
}
