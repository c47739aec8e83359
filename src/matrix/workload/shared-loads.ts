import type { Workload } from "../../schema/workload.ts";
import { runningUnder, type LintContext } from "../rule.ts";

/** A load that several processes share, and what says so. */
export interface SharedLoad {
  workload: Workload;
  workers: number;
  pointer: string;
}

/** The first load of each workload that is shared by several workers and is of this kind; accuracy's own with them. */
export function sharedLoads(
  { study, expansion, settings }: LintContext,
  isOfKind: (workload: Workload) => boolean,
): SharedLoad[] {
  const runs = (workload: Workload): boolean => (workload.load.workers ?? 1) > 1 && isOfKind(workload);
  const knob = settings.find((setting) => setting.knob === "load.workers" && setting.where !== "exclude")?.pointer;
  const found = study.workloads.flatMap((declared, index) => {
    const experiment = runningUnder(expansion, declared.name).find(({ workload }) => runs(workload));
    return experiment === undefined ? [] : [at(experiment.workload, `/workloads/${index}`)];
  });
  const { accuracy } = study;
  const own = accuracy !== null && !study.workloads.includes(accuracy) && runs(accuracy);
  return own ? [...found, at(accuracy, "/accuracy")] : found;

  function at(workload: Workload, place: string): SharedLoad {
    const written = `${place}/load/workers`;
    const pointer = study.locations.has(written) ? written : (knob ?? place);
    return { workload, workers: workload.load.workers!, pointer };
  }
}
