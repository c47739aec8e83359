import { accuracyFollowsPeak, repeatsOf, searchedExperiments } from "../design/index.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import type { Plan, PlannedLoad, PlannedSearch, PlannedTraffic } from "../schema/plan.ts";
import type { Workload } from "../schema/workload.ts";
import { plannedLoad } from "./estimate.ts";
import { scheduleShelf } from "./ruleset-load.ts";

/** Requests, seconds and schedules of the workloads of a plan. */
export function plannedTraffic(fidelity: Fidelity): PlannedTraffic {
  const known = new Map<Workload, PlannedLoad>();
  const loadOf = (workload: Workload): PlannedLoad => {
    const load = known.get(workload) ?? plannedLoad(workload, fidelity);
    known.set(workload, load);
    return load;
  };
  return { loadOf, scheduleOf: scheduleShelf(fidelity) };
}

/** What a plan searches for; null where it searches nothing. */
export function plannedSearch({ study, expansion }: Plan & { expansion: Expansion }): PlannedSearch | null {
  const experiments = searchedExperiments(study, expansion).length;
  if (study.peak === null || experiments === 0) return null;
  return {
    experiments,
    sustained: study.peak.sustain ? repeatsOf(study) : 0,
    hasAccuracy: accuracyFollowsPeak(study),
  };
}
