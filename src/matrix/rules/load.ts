import { countText } from "../../math/figures.ts";
import { minimumSampleFor } from "../../math/quantile.ts";
import { readsRate } from "../../schema/arrival-kinds.ts";
import { pointerOf, type Json } from "../../schema/json.ts";
import { nameInScope } from "../../schema/knob.ts";
import { loadCurves } from "../../schema/load-curve.ts";
import { whyUnread } from "../../schema/scenario.ts";
import { hasOneRate, type Workload } from "../../schema/workload.ts";
import { andMore } from "../row-groups.ts";
import { oncePerPlace, runningUnder, type LintContext, type RuleFinding, type RuleTable } from "../rule.ts";
import { isLeftOut } from "../yaml/places.ts";
import { narrowedTo, placeOfValue, workloadsUnder, type Setting } from "../settings.ts";

export const loadRules: RuleTable = {
  /** A closed loop keeps so many requests in flight, and nothing says how many: the client would keep one. */
  "closed-without-concurrency": {
    severity: "error",
    check: ({ study, expansion }) =>
      study.workloads.flatMap((workload, index) => {
        if (workload.scenario !== "closed" || isLeftOut(study.locations, "/sweep", `/workloads/${index}`)) return [];
        const running = runningUnder(expansion, workload.name);
        const without = running.filter((experiment) => (experiment.workload.load.concurrency ?? null) === null);
        const [first] = without;
        if (first === undefined) return [];
        const pointer = `/workloads/${index}/scenario`;
        const hint = "set `load: { concurrency: 16 }` in the workload, or `sweep: { load.concurrency: [1, 4, 16] }`";
        if (without.length === running.length) {
          const message = `workload \`${workload.name}\` is a closed loop, and nothing sets its \`load.concurrency\``;
          return [{ pointer, aim: "value", message, hint }];
        }
        const message = `\`${first.labels.name}\`${andMore(without.length - 1)} sets no \`load.concurrency\` for the closed loop of workload \`${workload.name}\`: it is 1 there`;
        return [{ pointer, aim: "value", message, hint, severity: "warning" }];
      }),
  },
  /** An open loop whose schedule needs a rate, and nothing says which: no request would have a due time. */
  "open-without-rate": {
    severity: "error",
    check: ({ study, expansion }) =>
      study.workloads.flatMap((declared, index) => {
        // A search for the peak brings the rates of what it searches.
        if (!readsRate(declared) || (study.peak !== null && hasOneRate(declared))) return [];
        const { name } = declared;
        if (isLeftOut(study.locations, "/sweep", `/workloads/${index}`)) return [];
        const without = runningUnder(expansion, name).filter(({ workload }) => (workload.load.rate ?? null) === null);
        const [first] = without;
        if (first === undefined) return [];
        const message = `\`${first.labels.name}\`${andMore(without.length - 1)} sets no \`load.rate\`, and the arrivals of workload \`${name}\` (${declared.arrivals?.kind}) need one`;
        const hint =
          "set `load: { rate: 10 }` in the workload (requests a second), or `sweep: { load.rate: [1, 4, 16] }`";
        return [{ pointer: `/workloads/${index}/scenario`, aim: "value", message, hint }];
      }),
  },
  /** A closed loop that is asked to hold more requests in flight than it sends at all: the check held-concurrency says INVALID. */
  "concurrency-above-requests": {
    severity: "warning",
    check(context) {
      const { study, expansion } = context;
      const found = new Map<string, RuleFinding>();
      for (const { skip, workload, labels } of expansion.experiments) {
        const { concurrency } = workload.load;
        const { requests, seconds = 0 } = workload.counts[study.fidelity];
        if (skip !== null || workload.scenario !== "closed" || typeof concurrency !== "number") continue;
        if (concurrency <= requests || seconds > 0) continue;
        const key = `${labels.workload} ${concurrency}`;
        if (found.has(key)) continue;
        const message = `\`load.concurrency\` of ${concurrency} cannot be held: workload \`${labels.workload}\` sends ${countText(requests, "request")} at fidelity ${study.fidelity}, and the trial will be INVALID (held-concurrency)`;
        const hint = `raise \`counts.${study.fidelity}.requests\` of the workload well above ${concurrency}, or lower the concurrency`;
        const pointer = loadSettingPlace(context, labels.workload, "concurrency", concurrency);
        found.set(key, { pointer, aim: "value", message, hint });
      }
      return [...found.values()];
    },
  },
  /** A curve of single loads: its report would say nothing about capacity. */
  "curve-without-load": {
    severity: "warning",
    check({ study, expansion }) {
      if (study.design.overLoads !== true || study.peak !== null || loadCurves(expansion.experiments).length > 0)
        return [];
      if (isLeftOut(study.locations, "/sweep", "/workloads", "/systems")) return [];
      return [
        {
          pointer: "/design",
          aim: "value",
          message: "the design is a curve and no load is swept: the report will have figures, but no knee",
          hint: "sweep `load.concurrency` in a closed loop or `load.rate` in an open one: `sweep: { load.concurrency: [1, 4, 16, 64] }`",
        },
      ];
    },
  },
  /** A stop rule where no load is swept: there is no curve that it could end. */
  "stop-without-load": {
    severity: "error",
    check({ study, expansion }) {
      if (isLeftOut(study.locations, "/sweep", "/workloads", "/stop")) return [];
      const curves = loadCurves(expansion.experiments);
      const swept = new Set(curves.map(({ points }) => points[0]!.member.labels.workload));
      const ofWorkloads = study.workloads.flatMap(({ name }, index) => {
        const pointer = `/workloads/${index}/stop`;
        const isLost = study.locations.has(pointer) && !swept.has(name);
        return isLost ? [findingAt(pointer, `workload \`${name}\` sweeps none`)] : [];
      });
      const isLost = study.locations.has("/stop") && swept.size === 0;
      return isLost ? [findingAt("/stop", "no workload sweeps one"), ...ofWorkloads] : ofWorkloads;
    },
  },
  /** A percentile that a workload's trials are too small to have: the rule would end nothing, in silence. */
  "stop-never-judged": {
    severity: "warning",
    check({ study }) {
      const found: RuleFinding[] = [];
      for (const [index, { name, stop = [], counts }] of study.workloads.entries()) {
        const { requests, seconds = 0 } = counts[study.fidelity];
        if (seconds > 0) continue;
        for (const { name: figure, stat } of stop) {
          const percentile = /^p([\d.]+)$/.exec(stat)?.[1];
          const needed = percentile === undefined ? 0 : minimumSampleFor(Number(percentile) / 100);
          const own = `/workloads/${index}/stop/${figure}`;
          const pointer = study.locations.has(own) ? own : `/stop/${figure}`;
          if (requests >= needed) continue;
          found.push({
            pointer,
            aim: "key",
            message: `\`${figure}\` never ends a curve of workload \`${name}\`: a trial has ${countText(requests, "request")} at fidelity ${study.fidelity}, and ${stat} needs ${needed}`,
            hint: `raise \`counts.${study.fidelity}.requests\` of the workload, or stop at a lower percentile (p50 needs ${minimumSampleFor(0.5)})`,
          });
        }
      }
      return oncePerPlace(found);
    },
  },
  /**
   * A load knob that a row, a factor or an axis sets and the scenario of a workload does not read; what the workload says itself, its
   * shape refuses. An axis of it would measure the same again and again under other
   * names, which is an error; a single value is a warning, and none where the workload has narrowed the axis to one.
   */
  "load-knob-without-effect": {
    severity: "warning",
    check({ study, settings, expansion }) {
      const points = pointsOf(expansion);
      const axesSaid = new Set<string>();
      const deafTo = (knob: string, pointer: string): Workload[] =>
        workloadsUnder(study.workloads, pointer).flatMap((workload) => {
          const isWhole = !isLeftOut(study.locations, pointerOf("workloads", study.workloads.indexOf(workload)));
          return (isWhole ? deafUnder(expansion, workload.name, `load.${knob}`) : null) ?? [];
        });
      return settings
        .filter(({ where }) => where !== "exclude")
        .flatMap(({ knob, pointer, where }) => {
          const name = nameInScope(knob, "load");
          if (name === null) return [];
          const isAxis = where === "sweep" || where === "factor";
          const deaf = deafTo(name, pointer);
          const several = isAxis ? deaf.filter((workload) => points(workload.name, knob) > 1) : [];
          if (several.length > 0) {
            // Rows may each name the points of one axis: it is one mistake.
            if (axesSaid.has(knob)) return [];
            axesSaid.add(knob);
            return axisFinding(name, pointer, several, study.workloads);
          }
          const narrowed = (workload: Workload) =>
            isAxis && workload.sweep?.some((axis) => axis.name === knob) === true;
          return finding(
            name,
            pointer,
            deaf.filter((workload) => !narrowed(workload) && points(workload.name, knob) > 0),
          );
        });
    },
  },
};

function findingAt(pointer: string, what: string): RuleFinding {
  return {
    pointer,
    aim: "key",
    message: `\`stop\` ends a curve at a load, and ${what}`,
    hint: "sweep `load.concurrency` in a closed loop or `load.rate` in an open one: `sweep: { load.concurrency: [1, 4, 16, 64] }`; or take `stop` out",
  };
}

/** The workload of the first experiment that sets a knob, where no experiment that does reads it; null where one does, and where none sets it. */
function deafUnder(expansion: LintContext["expansion"], name: string, knob: string): Workload | null {
  const setting = runningUnder(expansion, name).filter(({ knobs }) => Object.hasOwn(knobs, knob));
  return setting.some(({ workload }) => whyUnread(knob, workload) === null) ? null : (setting[0]?.workload ?? null);
}

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
    reader === undefined ? `take the axis out: ${found!.hint}` : narrowedTo(reader, `load.${knob}`, deaf[0]!);
  return [{ ...found!, hint, severity: "error" }];
}

/** Nothing where every workload reads the knob. */
function finding(knob: string, pointer: string, deaf: Workload[]): RuleFinding[] {
  const [first] = deaf;
  if (first === undefined) return [];
  const whyOf = (workload: Workload) => whyUnread(`load.${knob}`, workload)!;
  const said = [...Map.groupBy(deaf, (workload) => whyOf(workload).why)].map(
    ([why, alike]) => `for ${alike.map(({ name }) => `\`${name}\``).join(", ")}: ${why}`,
  );
  const message = `\`load.${knob}\` does nothing ${said.join("; and ")}`;
  return [{ pointer, aim: "key", message, hint: whyOf(first).hint }];
}

/** What is said nearer to a trial wins: the sweep over rows and factors, these over the baseline, that over the workload. */
const nearestFirst: Setting["where"][] = ["sweep", "row", "factor", "baseline"];

/** Pointer to the place that gives a load knob (its name without `load.`) the value that an experiment of the workload ends up with. */
function loadSettingPlace(
  { study, settings }: Pick<LintContext, "study" | "settings">,
  workload: string,
  knob: string,
  value: Json,
): string {
  for (const where of nearestFirst) {
    const near = settings.filter((setting) => setting.where === where);
    const place = placeOfValue(near, `load.${knob}`, value);
    if (place !== null) return place;
  }
  const index = study.workloads.findIndex(({ name }) => name === workload);
  return pointerOf("workloads", index, "load", knob);
}
