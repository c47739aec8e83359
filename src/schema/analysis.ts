import type { BestOfCell } from "./best.ts";
import type { Curve } from "./curve.ts";
import type { Collateral, Decision, Effect, FactorialTerm, Outcome, RatioBounds } from "./effect.ts";
import type { AccuracyJudgement } from "./finding.ts";
import type { HostComparison, NeighbourComparison } from "./host-standing.ts";
import type { PeakFound } from "./peak-found.ts";
import type { StudyRecord } from "./study-record.ts";
import type { Trial, Status } from "./trial.ts";
import type { Assignment } from "./knob.ts";

/** What the trials of a study say, as one value: whatever shows results, shows parts of it. Derived each time, never stored. */
export interface Analysis {
  study: StudyRecord;
  trials: Trial[];
  /** A row for each experiment, in the matrix's order. */
  summaries: ExperimentSummary[];
  /** The effects that decide come first. */
  effects: Effect[];
  decisions: Decision[];
  collateral: Collateral[];
  /** Main effects and interactions of a combination; empty of any other design. */
  factorial: FactorialTerm[];
  /** Which of three configurations or more is the best, under each workload and at each point of the sweep. */
  best: BestOfCell[];
  /** Changes whose answers were judged beside the baseline's. */
  accuracy: AccuracyJudgement[];
  /** Searches for the highest rate that held; empty of a study that searched none. */
  peaks: PeakFound[];
  /** How far hosts differ, a comparison a workload and point; empty where all blocks ran on one host and one set of devices. */
  hosts: HostComparison[];
  /** Which trials shared their host with other runs of the study, and what that did; empty where none did. */
  neighbours: NeighbourComparison[];
  /** What each configuration does as the load grows; empty where no load is swept. */
  curves: Curve[];
  /** What it shows in sentences, the first to say first. */
  findings: StudyFinding[];
}

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
  toBaseline: Effect[];
  toStep: Effect[];
}

/** What the trials of a study show, in a sentence, with what shows it. Derived each time, never stored. */
export interface StudyFinding {
  /** The rule that says it: `largest-effect`. */
  rule: string;
  /** The sentence, with its figure and its 95 % interval. Plain text. */
  says: string;
  /** Ids of the trials that it rests on. */
  trials: string[];
  /** SQL over the documented views (docs/data.md) that shows it. */
  query: string;
}

/** What a study says as it stands: the answer, and what was decided of each change. Derived each time, never stored. */
export interface Conclusion {
  /** In a sentence: `Ship fp8: +24.1 % output tok/s, accuracy kept.` */
  answer: string;
  /** When its last trial ended, ISO 8601, UTC; null where none ran. */
  asOf: string | null;
  changes: ChangeOutcome[];
}

export interface ChangeOutcome {
  change: string;
  outcome: Outcome;
  /** What, how sure, on how many trials, at what accuracy. */
  because: string;
  /** The figure that decided, for people; null where none did. */
  figure: string | null;
  /** Against what it is compared with; null where there is none. */
  ratio: number | null;
  /** 95 %; null where nothing was repeated. */
  interval: RatioBounds | null;
}
