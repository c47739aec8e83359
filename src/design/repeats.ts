import type { Study } from "../schema/study.ts";

/** Blocks of a study at its fidelity: its `repeats`, or fewer where one of its workloads says so. */
export function repeatsOf(study: Pick<Study, "repeats" | "workloads" | "fidelity">): number {
  const limits = study.workloads.map((workload) => workload.counts[study.fidelity].repeats ?? study.repeats);
  return Math.min(study.repeats, ...limits);
}
