import type { Study } from "../schema/study.ts";

/** Blocks of a study at its fidelity: its `repeats`, or fewer where a workload says that so many are enough for it. */
export function repeatsOf(study: Pick<Study, "repeats" | "workloads" | "fidelity">): number {
  const limits = study.workloads.map((workload) => workload.counts[study.fidelity].repeats ?? study.repeats);
  return Math.min(study.repeats, ...limits);
}
