import { hasOneRate } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";

/** A search for the peak beside rows or a sweep that bring rates: at the rate of the search they would all be the same. */
export const peakAndRate: Rule = {
  code: "peak-and-rate",
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
};
