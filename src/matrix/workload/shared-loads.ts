import type { Workload } from "../../schema/workload.ts";
import { runningUnder, type LintContext, type RuleFinding } from "../rule.ts";

/**
 * What to say of the first load of each workload that several workers share and that is of this kind; accuracy's own with them.
 * At what says the number of workers.
 */
export function sharedLoads(
  { study, expansion, settings }: LintContext,
  isOfKind: (workload: Workload) => boolean,
  said: (workload: Workload, workers: number) => Pick<RuleFinding, "message" | "hint">,
): RuleFinding[] {
  const runs = (workload: Workload): boolean => (workload.load.workers ?? 1) > 1 && isOfKind(workload);
  const knob = settings.find((setting) => setting.knob === "load.workers" && setting.where !== "exclude")?.pointer;
  const found = study.workloads.flatMap((declared, index) => {
    const experiment = runningUnder(expansion, declared.name).find(({ workload }) => runs(workload));
    return experiment === undefined ? [] : [at(experiment.workload, `/workloads/${index}`)];
  });
  const { accuracy } = study;
  const own = accuracy !== null && !study.workloads.includes(accuracy) && runs(accuracy);
  return own ? [...found, at(accuracy, "/accuracy")] : found;

  function at(workload: Workload, place: string): RuleFinding {
    const written = `${place}/load/workers`;
    const pointer = study.locations.has(written) ? written : (knob ?? place);
    return { pointer, aim: "key", ...said(workload, workload.load.workers!) };
  }
}
