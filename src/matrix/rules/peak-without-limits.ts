import { hasOneRate, type SloDeclaration, type Workload } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";

/** A search for the highest rate that holds, where nothing says when a rate does: it would double for ever. */
export const peakWithoutLimits: Rule = {
  code: "peak-without-limits",
  severity: "error",
  check: ({ study }) =>
    study.workloads.flatMap((workload, index) => {
      if (study.peak === null || !hasOneRate(workload) || hasLimits(workload)) return [];
      // One that could not be had has its own diagnostic.
      const missing = (["slo", "ruleset"] as const).filter((member) => workload[member] === null);
      if (missing.some((member) => study.locations.has(`/workloads/${index}/${member}`))) return [];
      const message = `\`peak\` searches for the highest rate that \`${workload.name}\` holds, and no limit says when it does`;
      const hint = "add `slo: { ttft_ms: 500, tpot_ms: 50 }` to the workload or its classes, or name a `ruleset`";
      return [{ pointer: `/workloads/${index}`, aim: "key", message, hint }];
    }),
};

function hasLimits({ ruleset, slo, classes }: Workload): boolean {
  return ruleset !== null || [slo, ...classes.map((one) => one.slo)].some(isSet);
}

function isSet(slo: SloDeclaration | null | undefined): boolean {
  return Object.keys(slo ?? {}).length > 0;
}
