import { andMore } from "../row-groups.ts";
import type { RequestClass } from "../../schema/workload.ts";
import { runningUnder, type LintContext, type Rule, type RuleFinding } from "../rule.ts";
import { workloadsWithPlaces } from "../workload/workload-places.ts";

/** What a member of a class needs of the engine: a knob and its value. An engine whose table has no such knob is asked nothing. */
const needs: readonly { member: keyof RequestClass; knob: string; value: string | boolean; without: string }[] = [
  { member: "model", knob: "enable_lora", value: true, without: "it knows no adapter by that name" },
  { member: "priority", knob: "scheduling_policy", value: "priority", without: "it refuses a priority or ignores it" },
];

/**
 * Classes that ask for what the engine was not told to do, once for each such member of a workload. A warning: the name may be
 * one that the model is served under as well.
 */
export const classWithoutKnob: Rule = {
  code: "class-without-knob",
  severity: "warning",
  check: (context) =>
    workloadsWithPlaces(context.study).flatMap(({ workload, place }) =>
      needs.flatMap(({ member, knob, value, without }): RuleFinding[] => {
        const index = workload.classes.findIndex((one) => one[member] !== undefined);
        const [first, ...others] = index < 0 ? [] : rowsWithout(context, workload.name, knob, value);
        if (first === undefined) return [];
        const also = workload.classes.filter((one) => one[member] !== undefined).length - 1;
        const who = `class \`${workload.classes[index]!.name}\`${andMore(also)}`;
        const message = `${who} says \`${member}\`, and \`${first}\`${andMore(others.length)} does not set \`${knob}: ${String(value)}\`: ${without}`;
        const hint = `set \`${knob}: ${String(value)}\` in baseline.knobs, or take \`${member}\` out of the class`;
        return [{ pointer: `${place}/classes/${index}/${member}`, aim: "key", message, hint }];
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
  return runningUnder(expansion, workload)
    .filter(({ knobs }) => valueOf(knobs, knob) !== value)
    .map(({ labels }) => labels.name);
}
