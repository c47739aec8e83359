import type { Contrast, Experiment } from "../schema/experiment.ts";
import type { AccuracyJudgement } from "../schema/finding.ts";
import type { PeakFound } from "../schema/peak-found.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { defaultRules, type CompareRules } from "./rules.ts";

/** Where the resolved configuration holds a knob. */
export type KnobPath = StudyRecord["knobPaths"][number];

/** What is known of a study, as far as its record says it: without `knobPaths` a knob explains the paths that end in its name. */
type Known =
  | "workloads"
  | "accuracy"
  | "outputKnobs"
  | "matrix"
  | "engine"
  | "declaredEngine"
  | "order"
  | "knobPaths"
  | "peak";

/** What comparisons need to know of a study: its experiments, what is compared with what, and the fidelity that is asked about. */
export interface ComparedStudy extends Pick<StudyRecord, "contrasts" | "fidelity">, Partial<Pick<StudyRecord, Known>> {
  experiments: (Pick<Experiment, "id" | "accuracyKey" | "labels" | "skip"> &
    Partial<Pick<Experiment, "knobs" | "gpus">>)[];
  /** Where the server answers that took the place of the matrix's engine. */
  url?: string;
  /** What holds beside `defaultRules`. */
  rules?: Partial<CompareRules>;
  /** Changes whose answers were paired with the baseline's; the figures of accuracy trials judge the others. */
  pairedAccuracy?: readonly AccuracyJudgement[];
  /** What searches found, of rows that were searched. */
  peaks?: readonly PeakFound[];
}

export type ComparedExperiment = ComparedStudy["experiments"][number];

/** Tells the performance trials at the study's fidelity, whatever became of them. */
export function isAskedAbout({ fidelity }: Pick<ComparedStudy, "fidelity">): (trial: Pick<Trial, "spec">) => boolean {
  return ({ spec }) => spec.purpose === "performance" && spec.fidelity === fidelity;
}

export function rulesOf(study: Pick<ComparedStudy, "rules">): CompareRules {
  return { ...defaultRules, ...study.rules };
}

/** By the name that contrasts use. Trials are found by the id: a row that was renamed keeps them. */
export function experimentsByName(study: ComparedStudy): Map<string, ComparedExperiment> {
  return new Map(study.experiments.map((experiment) => [experiment.labels.name, experiment]));
}

/** Names a contrast, whichever metric it is about. */
export function contrastKey(treatment: string, control: string): string {
  return JSON.stringify([treatment, control]);
}

/** Experiments that nothing is changed in: what the others are measured against. */
export function isBaseline(study: ComparedStudy, name: string): boolean {
  return !study.contrasts.some(({ treatment }) => treatment === name);
}

/** Experiments that are compared with one another: those of one workload and one point of the sweep. */
export interface Cell {
  /** The experiment that is changed in none of the cell's contrasts. */
  baseline: string;
  contrasts: Contrast[];
}

/** The names of a cell's experiments, its baseline first. */
export function armsOf({ baseline, contrasts }: Cell): string[] {
  return [...new Set([baseline, ...contrasts.flatMap(({ treatment, control }) => [control, treatment])])];
}

/** Contrasts in groups that share no experiment, each with its baseline. */
export function cellsOf(contrasts: readonly Contrast[]): Cell[] {
  const above = new Map<string, string>();
  const root = (name: string): string => {
    let found = name;
    for (let next = above.get(found); next !== undefined; next = above.get(found)) found = next;
    if (found !== name) above.set(name, found);
    return found;
  };
  for (const { treatment, control } of contrasts) {
    const [left, right] = [root(treatment), root(control)];
    if (left !== right) above.set(left, right);
  }
  return [...Map.groupBy(contrasts, ({ control }) => root(control)).values()].map((own) => {
    const treatments = new Set(own.map(({ treatment }) => treatment));
    const baseline = own.find(({ control }) => !treatments.has(control))?.control ?? own[0]!.control;
    return { baseline, contrasts: own };
  });
}
