import { hasOneRate, type SloDeclaration, type Workload } from "../../schema/workload.ts";
import type { RuleTable } from "../rule.ts";
import { isLeftOut } from "../yaml/places.ts";

export const peakRules: RuleTable = {
  /** A search for the highest rate where no workload has a rate that a search could set. */
  "peak-without-open": {
    severity: "error",
    check({ study }) {
      if (study.peak === null || study.workloads.length === 0 || study.workloads.some(hasOneRate)) return [];
      const workloads = study.workloads.map(({ name, scenario, arrivals }) => {
        const what = arrivals === null ? scenario : `${scenario} with arrivals of kind ${arrivals.kind}`;
        return `\`${name}\` is ${what}`;
      });
      const message = `\`peak\` searches for the highest rate of an open loop, and no workload is one: ${workloads.join(", ")}`;
      const hint =
        "set `scenario: open` with arrivals of one rate (constant, poisson, gamma), or sweep `load.concurrency` in a closed loop";
      return [{ pointer: "/peak", aim: "key", message, hint }];
    },
  },
  /** A search for the highest rate that holds, where nothing says when a rate does: it would double for ever. */
  "peak-without-limits": {
    severity: "error",
    check: ({ study }) =>
      study.workloads.flatMap((workload, index) => {
        if (study.peak === null || !hasOneRate(workload) || hasLimits(workload)) return [];
        if (isLeftOut(study.locations, `/workloads/${index}`)) return [];
        // One that could not be had has its own diagnostic.
        const missing = (["slo", "ruleset"] as const).filter((member) => workload[member] === null);
        if (missing.some((member) => study.locations.has(`/workloads/${index}/${member}`))) return [];
        const message = `\`peak\` searches for the highest rate that \`${workload.name}\` holds, and no limit says when it does`;
        const hint = "add `slo: { ttft_ms: 500, tpot_ms: 50 }` to the workload or its classes, or name a `ruleset`";
        return [{ pointer: `/workloads/${index}`, aim: "key", message, hint }];
      }),
  },
  /** A search for the peak beside rows or a sweep that bring rates: at the rate of the search they would all be the same. */
  "peak-and-rate": {
    severity: "error",
    check({ study, settings }) {
      if (study.peak === null || !study.workloads.some(hasOneRate)) return [];
      return settings
        .filter(({ knob, where }) => knob === "load.rate" && where !== "baseline")
        .map(({ pointer }) => ({
          pointer,
          aim: "key" as const,
          message: "`load.rate` is set here, and `peak` searches for it: both bring the rates",
          hint: "leave out one of the two; `peak: { from, to }` says where the search begins and ends",
        }));
    },
  },
  /** A search that would begin above the highest rate that it may try. */
  "peak-bounds": {
    severity: "error",
    check({ study: { peak } }) {
      if (peak === null || peak.to === null || peak.to >= peak.from) return [];
      const message = `the search begins at ${peak.from} requests a second, and may try ${peak.to} at most`;
      const hint = "`from` is the rate to begin with, and is doubled or halved from there; `to` is never passed";
      return [{ pointer: "/peak/to", aim: "value", message, hint }];
    },
  },
};

function hasLimits({ ruleset, slo, classes }: Workload): boolean {
  return ruleset !== null || [slo, ...classes.map((one) => one.slo)].some(isSet);
}

function isSet(slo: SloDeclaration | null | undefined): boolean {
  return Object.keys(slo ?? {}).length > 0;
}
