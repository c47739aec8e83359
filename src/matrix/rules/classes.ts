import { percentText } from "../../math/figures.ts";
import { canonicalJson, type Json } from "../../schema/json.ts";
import type { RequestClass } from "../../schema/workload.ts";
import { andMore } from "../row-groups.ts";
import { repeats, runningUnder, type LintContext, type RuleFinding, type RuleTable } from "../rule.ts";
import { isLeftOut } from "../yaml/places.ts";
import { classesWithPlaces, placeOfWorkload, workloadsWithPlaces } from "../workload/workload-places.ts";

/** What a member of a class needs of the engine: a knob and its value. An engine whose table has no such knob is asked nothing. */
const needs: readonly { member: keyof RequestClass; knob: string; value: string | boolean; without: string }[] = [
  { member: "model", knob: "enable_lora", value: true, without: "it knows no adapter by that name" },
  { member: "priority", knob: "scheduling_policy", value: "priority", without: "it refuses a priority or ignores it" },
];

export const classesRules: RuleTable = {
  /** Two request classes of one name: their figures could not be told apart. */
  "duplicate-class": {
    severity: "error",
    check: ({ study }) =>
      repeats(classesWithPlaces(study), ({ requestClass, workload }) => `${workload.name}/${requestClass.name}`).map(
        ({ item: { requestClass, workload, place } }) => {
          const message = `another class of workload \`${workload.name}\` is called \`${requestClass.name}\``;
          return { pointer: `${place}/name`, aim: "value", message, hint: "give each class a name of its own" };
        },
      ),
  },
  /** A class whose share is not what its writer may think it is: 1 beside fractions, or too little for a single request. */
  "class-shares": {
    severity: "warning",
    check: ({ study }) =>
      classesWithPlaces(study).flatMap(({ requestClass, workload, place }): RuleFinding[] => {
        const { name, share } = requestClass;
        const shares = workload.classes.map((one) => one.share ?? 1);
        const part = (share ?? 1) / shares.reduce((sum, one) => sum + one, 0);
        const percent = percentText(part);
        const { requests, seconds = 0 } = workload.counts[study.fidelity];
        if (isLeftOut(study.locations, `${place}/share`)) return [];
        if (share === undefined && workload.classes.some((one) => one.share !== undefined)) {
          const message = `class \`${name}\` states no share although others do: its share is 1, which is ${percent} of the requests`;
          return [{ pointer: `${place}/name`, aim: "value", message, hint: "say `share` in each class, or in none" }];
        }
        if (part * requests >= 1 || seconds > 0) return [];
        const message = `class \`${name}\` gets no whole request: ${percent} of the ${requests} at fidelity ${study.fidelity}`;
        const hint = `raise its share, or \`counts.${study.fidelity}.requests\``;
        return [{ pointer: `${place}/share`, aim: "value", message, hint }];
      }),
  },
  /**
   * Classes that ask for what the engine was not told to do, once for each such member of a workload. A warning: the name may be
   * one that the model is served under as well.
   */
  "class-without-knob": {
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
  },
  /** Classes that are called differently and ask for the same: their requests would be one kind under two names. */
  "classes-alike": {
    severity: "error",
    check: ({ study }) =>
      repeats(
        classesWithPlaces(study).filter(({ place }) => !isLeftOut(study.locations, place)),
        ({ requestClass, place }) => placeOfWorkload(place) + askedBy(requestClass),
      ).map(({ item: { requestClass, workload, place }, first: { requestClass: same } }) => {
        const message = `class \`${requestClass.name}\` of workload \`${workload.name}\` differs from class \`${same.name}\` in nothing but its name and share`;
        const hint =
          "give each what its requests differ in (`dataset`, `sampling`, `model`, `priority`, `slo`, `extra_body`, …), or make them one";
        return { pointer: `${place}/name`, aim: "value", message, hint };
      }),
  },
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

function askedBy(requestClass: RequestClass): string {
  const { name: _name, share: _share, ...asked } = requestClass;
  return canonicalJson(asked as Json);
}
