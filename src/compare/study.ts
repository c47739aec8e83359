import type { Contrast, Experiment } from "../schema/experiment.ts";

/** What comparisons need to know of a study: its experiments, what is compared with what, and the fidelity that is asked about. */
export interface ComparedStudy {
  experiments: Pick<Experiment, "id" | "accuracyKey" | "labels" | "skip">[];
  contrasts: Contrast[];
  /** Trials of another fidelity are not compared. */
  fidelity: string;
}

export type ComparedExperiment = ComparedStudy["experiments"][number];

/** By the name that contrasts use. Trials are found by the id: a row that was renamed keeps them. */
export function experimentsByName(study: ComparedStudy): Map<string, ComparedExperiment> {
  return new Map(study.experiments.map((experiment) => [experiment.labels.name, experiment]));
}

/** Experiments that nothing is changed in: what the others are measured against. */
export function isBaseline(study: ComparedStudy, name: string): boolean {
  return !study.contrasts.some(({ treatment }) => treatment === name);
}
