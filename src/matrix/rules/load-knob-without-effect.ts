import { pointerOf } from "../../schema/json-pointer.ts";
import { whyUnread } from "../../schema/scenario.ts";
import type { Workload } from "../../schema/workload.ts";
import { runningUnder, type LintContext, type Rule, type RuleFinding } from "../rule.ts";
import { nameInScope } from "../../schema/knob-scopes.ts";

/**
 * A load knob that a row, a factor or an axis sets and the scenario of a workload does not read; what the workload says itself, its
 * shape refuses. An axis of it would measure the same again and again under other
 * names, which is an error; a single value is a warning, and none where the workload has narrowed the axis to one.
 */
export const loadKnobWithoutEffect: Rule = {
  code: "load-knob-without-effect",
  severity: "warning",
  check({ study, settings, expansion }) {
    const points = pointsOf(expansion);
    const axesSaid = new Set<string>();
    const deafTo = (knob: string): Workload[] =>
      study.workloads.filter((workload) => whyUnread(`load.${knob}`, workload) !== null);
    // An axis of a workload's own is no other's.
    const isAsked = (pointer: string) => (workload: Workload) =>
      !pointer.startsWith(pointerOf("workloads")) ||
      pointer.startsWith(`${pointerOf("workloads", study.workloads.indexOf(workload))}/`);
    return settings
      .filter(({ where }) => where !== "exclude")
      .flatMap(({ knob, pointer, where }) => {
        const name = nameInScope(knob, "load");
        if (name === null) return [];
        const isAxis = where === "sweep" || where === "factor";
        const deaf = deafTo(name).filter(isAsked(pointer));
        const several = isAxis ? deaf.filter((workload) => points(workload.name, knob) > 1) : [];
        if (several.length > 0) {
          // Rows may each name the points of one axis: it is one mistake.
          if (axesSaid.has(knob)) return [];
          axesSaid.add(knob);
          return axisFinding(name, pointer, several, study.workloads);
        }
        const narrowed = (workload: Workload) => isAxis && workload.sweep?.some((axis) => axis.name === knob) === true;
        return finding(
          name,
          pointer,
          deaf.filter((workload) => !narrowed(workload) && points(workload.name, knob) > 0),
        );
      });
  },
};

/** How many values of a knob the experiments of a workload have that run. */
function pointsOf(expansion: LintContext["expansion"]): (workload: string, knob: string) => number {
  return (name, knob) => {
    const setting = runningUnder(expansion, name).filter(({ knobs }) => Object.hasOwn(knobs, knob));
    return new Set(setting.map(({ knobs }) => JSON.stringify(knobs[knob]))).size;
  };
}

/** An axis whose points are all the same to some workloads. */
function axisFinding(knob: string, pointer: string, deaf: Workload[], all: readonly Workload[]): RuleFinding[] {
  const [found] = finding(knob, pointer, deaf);
  const reader = all.find(({ name }) => deaf.every((one) => one.name !== name));
  const hint =
    reader === undefined
      ? `take the axis out: ${found!.hint}`
      : `give the axis to the workloads that read it, \`sweep: { load.${knob}: … }\` in \`${reader.name}\`, or \`exclude: [{ workload: ${deaf[0]!.name}, load.${knob}: […] }]\``;
  return [{ ...found!, hint, severity: "error" }];
}

/** Nothing where every workload reads the knob. */
function finding(knob: string, pointer: string, deaf: Workload[]): RuleFinding[] {
  const [first] = deaf;
  if (first === undefined) return [];
  const names = deaf.map(({ name }) => `\`${name}\``).join(", ");
  const { why, hint } = whyUnread(`load.${knob}`, first)!;
  return [{ pointer, aim: "key", message: `\`load.${knob}\` does nothing for ${names}: ${why}`, hint }];
}
