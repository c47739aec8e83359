import type { Contrast, Experiment } from "../schema/experiment.ts";
import type { AccuracyJudgement } from "../schema/finding.ts";
import type { DeclaredWorkload, StudyRecord } from "../schema/study-record.ts";
import { defaultRules, type CompareRules } from "./rules.ts";

/** Where the resolved configuration holds a knob. */
export interface KnobPath {
  knob: string;
  path: string;
}

/** What comparisons need to know of a study: its experiments, what is compared with what, and the fidelity that is asked about. */
export interface ComparedStudy {
  experiments: (Pick<Experiment, "id" | "accuracyKey" | "labels" | "skip"> &
    Partial<Pick<Experiment, "knobs" | "gpus">>)[];
  contrasts: Contrast[];
  /** What its workloads declare; absent in records of earlier versions, whose trials tell. */
  workloads?: readonly DeclaredWorkload[];
  /** Trials of another fidelity are not compared. */
  fidelity: string;
  /** Whether the matrix declares accuracy, or why it does not apply; absent where neither is known to be said. */
  accuracy?: StudyRecord["accuracy"];
  /** Knobs that the engine file marks as able to change the answers; absent in records of earlier versions. */
  outputKnobs?: readonly string[];
  /** The matrix, as commands take it. */
  matrix?: string;
  /** The engine that ran, and the one that the matrix names. */
  engine?: string;
  declaredEngine?: string;
  /** How trials were ordered: where places within a block are not random, drift cannot be told from an effect. */
  order?: string;
  /** Where the resolved configuration holds each knob; without it a knob explains the paths that end in its name. */
  knobPaths?: readonly KnobPath[];
  /** What holds beside `defaultRules`. */
  rules?: Partial<CompareRules>;
  /** Changes whose answers were paired with the baseline's; the figures of accuracy trials judge the others. */
  pairedAccuracy?: readonly AccuracyJudgement[];
}

export type ComparedExperiment = ComparedStudy["experiments"][number];

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
