import type { Axis } from "./axis.ts";
import type { ComputedFault, ComputedResult } from "./computed.ts";
import type { Json } from "./json.ts";
import type { Assignment } from "./knob.ts";
import type { Workload } from "./workload.ts";

/** Everything that was asked for and can move a number: what the ids are hashes of. In disk form, so that it is hashed as it is stored. */
export interface Identity {
  configuration: Json;
  workload: Json;
}

/** One full assignment of knobs, on one model and engine, under one workload. It has no role of its own: contrasts give it one. */
export interface Experiment {
  /** `experimentId`: exp1_ and 20 hex digits. */
  id: string;
  configurationId: string;
  accuracyKey: string;
  identity: Identity;
  /** Every knob that is set, engine, load and environment. */
  knobs: Assignment;
  workload: Workload;
  labels: ExperimentLabels;
  /** GPUs of its configuration, all parts together; null where that is not known. Absent in records of earlier versions. */
  gpus?: number | null;
  /** What its computed values were made from, by the setting or the workload's member; absent where none is. */
  computed?: { [setting: string]: string };
  /** Why it is not run; null where it is. */
  skip: string | null;
}

/** What people call it. Never hashed. */
export interface ExperimentLabels {
  /** The name in this matrix: the row, and where there are several the workload and the sweep's point. */
  name: string;
  row: string;
  label: string;
  /** Of the matrix's systems, the one that it belongs to; absent where the matrix names none. */
  system?: string;
  workload: string;
  /** The name without the load, where the sweep has an axis of it: experiments that have it in common are the points of one curve. */
  curve?: string;
  /** Position in the matrix, from 0: the order of tables. */
  position: number;
}

/** One experiment against another. A stacked step has two: against its predecessor and against the baseline. */
export interface Contrast {
  /** `labels.name` of the two. */
  treatment: string;
  control: string;
  changed: Assignment;
  compound?: string;
  /** Of a cell of factors that are more or less than a knob each: the point of each. */
  axisPoints?: { [axis: string]: string };
  /** The points at which the baseline stands; absent where it is no cell itself. */
  basePoints?: { [axis: string]: string };
  family: "isolation" | "step" | "stack" | "combination";
}

/** What a design makes of a study, before any trial is ordered. */
export interface Expansion {
  rows: Row[];
  experiments: Experiment[];
  contrasts: Contrast[];
  /** Name of the baseline's experiment for each system, workload and sweep point, parallel to `experiments`' groups. */
  baselines: string[];
  /** What computed values are, for each experiment. */
  results: ComputedResult[];
  /** Values that could not be computed. */
  faults: ComputedFault[];
  /** Settings that two places give an experiment, one of each pair of places. */
  setTwice: SetTwice[];
  /** Rows and workloads whose points of an axis exclude each other, so that they have no experiment: pointers to their places. */
  nowhere: string[];
}

/** A setting that an axis of the sweep sets again: the axis wins, and what the other place says is measured nowhere. */
export interface SetTwice {
  setting: string;
  /** The first experiment that it concerns. */
  name: string;
  /** The row that sets it too, else the axis' second setting: a JSON pointer. */
  pointer: string;
  by: "row" | "axis";
}

/** One row of the design: an assignment before it is crossed with workloads and sweep. */
export interface Row extends Pick<Contrast, "compound" | "axisPoints" | "basePoints"> {
  id: string;
  label: string;
  /** Baseline and all that is set on top of it. */
  assignment: Assignment;
  /** What differs from the row that it is measured against. */
  changed: Assignment;
  /** The row that it is measured against first; null for the baseline. */
  against: string | null;
  /** Axes that it narrows for itself. */
  sweep?: Axis[];
  skip?: string;
  /** Of the matrix's systems, the one that it belongs to; absent where the matrix names none. */
  system?: string;
  /** Where the matrix says it: JSON pointer. */
  pointer: string;
}

/** What follows the row in the name of an experiment: system, workload and point of the sweep (`1k1k·c64`); empty where there is one of each. */
export function cellName({ name, row }: Pick<ExperimentLabels, "name" | "row">): string {
  return name.startsWith(row) ? name.slice(row.length).replace(/^[@·]/, "") : name;
}

/** `fp8`, and of several systems `fp8@8b`: what the points of one configuration have in common. */
export function configurationName({ row, system }: Pick<ExperimentLabels, "row" | "system">): string {
  return system === undefined ? row : `${row}@${system}`;
}

/** The cell's name of each experiment, by its name; undefined of one that is not among them. */
export function cellNames(
  experiments: readonly { labels: Pick<ExperimentLabels, "name" | "row"> }[],
): (experiment: string) => string | undefined {
  const cells = new Map(experiments.map(({ labels }) => [labels.name, cellName(labels)]));
  return (experiment) => cells.get(experiment);
}
