import { readsRate } from "../workload/arrivals.ts";
import { pointerOf } from "../../schema/json-pointer.ts";
import type { Workload } from "../../schema/workload.ts";
import { runningUnder, type LintContext, type Rule, type RuleFinding } from "../rule.ts";
import { nameInScope } from "../../schema/knob-scopes.ts";

/** The load knobs that some scenarios alone read. */
const readBy: Record<string, Workload["scenario"][]> = {
  concurrency: ["closed"],
  rate: ["open", "server", "interactive"],
  expected_rate: ["offline", "single_stream", "multi_stream"],
  batch_size: ["offline"],
  barrier: ["offline"],
  max_in_flight: ["offline", "open"],
  // What LoadGen hands over one sample at a time leaves nothing to sort.
  order: ["offline", "closed", "open", "multi_stream"],
};

const instead: Record<Workload["scenario"], string> = {
  offline: "an offline workload takes `load.batch_size` or `load.max_in_flight`; for a concurrency, `scenario: closed`",
  closed:
    "a closed loop takes `load.concurrency`; for client chunks, `scenario: offline`; for a rate, `scenario: open`",
  open: "an open loop takes `load.rate`, and `load.max_in_flight` for a cap on what is open; for a concurrency, `scenario: closed`",
  server: "LoadGen's Server takes `load.rate`, and its order from the ruleset; for a concurrency, `scenario: closed`",
  interactive:
    "LoadGen's Server takes `load.rate`, and its order from the ruleset; for a concurrency, `scenario: closed`",
  single_stream: "one query is open at a time, in the ruleset's order; for a concurrency, `scenario: closed`",
  multi_stream: "one query is open at a time; for a concurrency, `scenario: closed`",
};

/**
 * A load knob that the scenario of a workload does not read. An axis of it would measure the same again and again under other
 * names, which is an error; a single value is a warning, and none where the workload has narrowed the axis to one.
 */
export const loadKnobWithoutEffect: Rule = {
  code: "load-knob-without-effect",
  severity: "warning",
  check({ study, settings, expansion }) {
    const points = pointsOf(expansion);
    const axesSaid = new Set<string>();
    const deafTo = (knob: string): Workload[] =>
      study.workloads.filter(
        (workload) =>
          Object.hasOwn(readBy, knob) &&
          (!readBy[knob]!.includes(workload.scenario) ||
            (knob === "rate" && !readsRate(workload)) ||
            (knob === "expected_rate" && workload.ruleset === null)),
      );
    // An axis of a workload's own is no other's.
    const isAsked = (pointer: string) => (workload: Workload) =>
      !pointer.startsWith(pointerOf("workloads")) ||
      pointer.startsWith(`${pointerOf("workloads", study.workloads.indexOf(workload))}/`);
    const ofKnobs = settings
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
    // What the workloads say themselves; what has no place is a default or a stand-in's.
    const ofWorkloads = study.workloads.flatMap((workload, index) =>
      Object.keys(workload.load).flatMap((knob) => {
        const pointer = pointerOf("workloads", index, "load", knob);
        return study.locations.has(pointer) && deafTo(knob).includes(workload)
          ? finding(knob, pointer, [workload])
          : [];
      }),
    );
    return [...ofKnobs, ...ofWorkloads];
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
  const message = `\`load.${knob}\` does nothing for ${names}: ${reason(first, knob)}`;
  return [{ pointer, aim: "key", message, hint: hintFor(first, knob) }];
}

function reason({ scenario, arrivals }: Workload, knob: string): string {
  if (!readBy[knob]!.includes(scenario)) return `the scenario is ${scenario}`;
  if (knob === "expected_rate") return "it has no ruleset, and asks what its counts say";
  return `its ${arrivals?.kind} arrivals have their own rates`;
}

function hintFor({ scenario }: Workload, knob: string): string {
  if (!readBy[knob]!.includes(scenario)) return instead[scenario];
  if (knob === "expected_rate") return "leave it out, or name a `ruleset`";
  return "leave the rate out, or take arrivals that are made from it: constant, poisson, gamma, ramp";
}
