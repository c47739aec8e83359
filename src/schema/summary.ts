import type { Effect } from "./effect.ts";
import type { Assignment } from "./knob.ts";
import type { Status } from "./verdict.ts";

/** A figure of an experiment: the geometric mean over its usable trials, or over INVALID ones where it has no others. */
export interface Figure {
  metric: string;
  stat: string;
  unit: string;
  value: number | null;
  /** Why there is none. */
  why: string | null;
  /** Launches that it comes from. */
  n: number;
}

/** One experiment in one row: what was changed, what came out, and against what. */
export interface ExperimentSummary {
  experiment: string;
  label: string;
  baseline: boolean;
  /** Against the row that it is measured against first: its predecessor in a stack, else the baseline. */
  changed: Assignment;
  against: string | null;
  compound: string | null;
  /** GPUs of its configuration; null where that is not known. */
  gpus: number | null;
  /** Of its performance trials; null where none was run yet. */
  status: Status | null;
  usable: number;
  of: number;
  /** True where a usable trial's client could not be judged. */
  clientUnjudged: boolean;
  /** False where `figures` are those of INVALID trials: measured, compared with nothing. */
  figuresAreUsable: boolean;
  figures: Figure[];
  /** Performance trials that are not in the figures, and why. */
  excluded: { trialId: string; why: string }[];
  accuracyTrials: string[];
  accuracyMissing: string | null;
  toBaseline: Effect[];
  toStep: Effect[];
}
