import type { LintContext } from "../rule.ts";
import { workloadsWithPlaces, type PlacedWorkload } from "./workload-places.ts";

/** Every workload as some experiment runs it, with what rows and axes set, once each; accuracy's own with them. */
export function experimentWorkloads({ study, expansion }: Pick<LintContext, "study" | "expansion">): PlacedWorkload[] {
  const declared = workloadsWithPlaces(study);
  const placeOf = new Map(study.workloads.map(({ name }, index) => [name, `/workloads/${index}`]));
  const seen = new Set<PlacedWorkload["workload"]>();
  const run = expansion.experiments.flatMap(({ skip, labels, workload }) => {
    const place = placeOf.get(labels.workload);
    if (skip !== null || place === undefined || seen.has(workload)) return [];
    seen.add(workload);
    return [{ workload, place }];
  });
  return [...run, ...declared.filter(({ place }) => place === "/accuracy")];
}
