import type { Expansion, Experiment } from "../../schema/experiment.ts";
import type { Study } from "../../schema/study.ts";
import { hasOneRate } from "../../schema/workload.ts";

/** True of an experiment whose rate is searched for, in the place of the one that its workload may declare. */
export function isSearched({ peak }: Study, { workload }: Pick<Experiment, "workload">): boolean {
  return peak !== null && hasOneRate(workload);
}

/** The experiments of a study whose peak is searched, in the matrix's order. */
export function searchedExperiments(study: Study, { experiments }: Pick<Expansion, "experiments">): Experiment[] {
  return experiments.filter((experiment) => experiment.skip === null && isSearched(study, experiment));
}

/** True where the accuracy of a searched row is measured at its peak: the workload of accuracy takes one rate, and states none. */
export function accuracyFollowsPeak({ peak, accuracy }: Study): boolean {
  return peak !== null && accuracy !== null && hasOneRate(accuracy) && accuracy.load.rate === undefined;
}
