import { hasOneRate } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";

/** A search for the highest rate where no workload has a rate that a search could set. */
export const peakWithoutOpen: Rule = {
  code: "peak-without-open",
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
};
