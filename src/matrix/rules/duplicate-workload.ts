import type { Rule, RuleFinding } from "../rule.ts";

/** Two workloads that ask the same: each of their experiments would be measured twice, under one id. */
export const duplicateWorkload: Rule = {
  code: "duplicate-workload",
  severity: "error",
  check({ study, expansion }) {
    const firstOf = new Map<string, string>();
    const found = new Map<string, RuleFinding>();
    for (const { id, skip, labels } of expansion.experiments) {
      const first = firstOf.get(id) ?? labels.workload;
      firstOf.set(id, first);
      // Two rows of one workload that ask the same have a diagnostic of their own.
      if (skip !== null || first === labels.workload || found.has(labels.workload)) continue;
      const index = study.workloads.findIndex(({ name }) => name === labels.workload);
      // What asks nothing, because its fragment is not there, has its diagnostic.
      const says = ["dataset", "classes"].some((member) => study.locations.has(`/workloads/${index}/${member}`));
      if (!says) continue;
      found.set(labels.workload, {
        pointer: `/workloads/${index}`,
        aim: "key",
        message: `workload \`${labels.workload}\` asks the same as workload \`${first}\`: \`${labels.name}\` would be measured twice under one id`,
        hint: "take one of them out, or let them differ in what is sent: names, counts and limits (`slo`) are no part of an experiment",
      });
    }
    return [...found.values()];
  },
};
