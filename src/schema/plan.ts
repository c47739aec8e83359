import type { Diagnostic } from "./diagnostic.ts";
import type { Contrast, Experiment } from "./experiment.ts";
import type { Study } from "./study.ts";
import type { TrialSpec } from "./trial-spec.ts";
import type { Workload } from "./workload.ts";

/** The ordered trials of a matrix. Depends on matrix, fragments and engine files only; the estimate alone on the past. */
export interface Plan {
  study: Study;
  experiments: Experiment[];
  contrasts: Contrast[];
  trials: TrialSpec[];
  diagnostics: Diagnostic[];
}

/** Searches count with the longest that they can take, and the trials of that case. */
export interface Estimate {
  totalS: number;
  startupS: number;
  loadS: number;
  launches: number;
  trials: number;
  /** Where the seconds come from, in a sentence. */
  basis: string;
}

/** What a plan says of the traffic of a workload with a ruleset. */
export interface PlannedSchedule {
  queries: number;
  samplesPerQuery: number;
  /** Sum of all gaps (`generated_query_duration`). A whole number up to 2^53. */
  durationNs: number;
  /** Places in the data set of what is issued first. */
  firstIndices: number[];
  /** True where a probe of the trial will say how many: these are the fewest. */
  atLeast: boolean;
}

/** Requests that a trial measures, and the seconds that it takes: by its schedule where it has one, else at the least. */
export interface PlannedLoad {
  requests: number;
  seconds: number;
  isScheduled: boolean;
}

/** What a workload will do, worked out once for all experiments that share it; no schedule where there is no ruleset, or no rate yet. */
export interface PlannedTraffic {
  loadOf: (workload: Workload) => PlannedLoad;
  scheduleOf: (workload: Workload) => PlannedSchedule | null;
}

/** The searches of a plan, and what follows each at the highest rate that held. */
export interface PlannedSearch {
  experiments: number;
  sustained: number;
  hasAccuracy: boolean;
}

/**
 * What one host does of a study, on one set of devices: plain data, so that it can travel. Whoever has the matrix and the
 * results folder can run it.
 */
export type BlockSpec =
  /** Trials in their order. Those next to each other with the same launch key share a launch. */
  | { study: string; block: number; trials: TrialSpec[] }
  /** The search for the peak of the experiment of this name: one launch, whose trials follow from each other. */
  | { study: string; search: string };
