import type { Workload } from "../../schema/workload.ts";
import type { Rule } from "../rule.ts";

/** Lengths between a smallest that is above the largest: there is none. */
export const emptyDistribution: Rule = {
  severity: "error",
  check: ({ study }) =>
    workloadsWithPlaces(study).flatMap(({ workload, place }) => {
      const { dataset } = workload;
      if (dataset.kind !== "synthetic") return [];
      return (["input_tokens", "output_tokens"] as const).flatMap((member) => {
        const lengths = dataset[member];
        if (lengths === undefined || lengths.distribution === "fixed" || lengths.min <= lengths.max) return [];
        const message = `\`${member}\` of workload \`${workload.name}\` has no length: min ${lengths.min} is above max ${lengths.max}`;
        const hint = "swap them, or say `{ distribution: fixed, value: … }` for one length";
        return [{ pointer: `${place}/dataset/${member}/min`, aim: "value" as const, message, hint }];
      });
    }),
};

/** Every workload that the matrix writes, and accuracy's where it has its own. */
function workloadsWithPlaces(study: Parameters<Rule["check"]>[0]["study"]): { workload: Workload; place: string }[] {
  const listed = study.workloads.map((workload, index) => ({ workload, place: `/workloads/${index}` }));
  const own = study.accuracy !== null && !study.workloads.includes(study.accuracy);
  return own ? [...listed, { workload: study.accuracy!, place: "/accuracy" }] : listed;
}
