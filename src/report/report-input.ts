import type { BestOfCell } from "../schema/best.ts";
import type { Curve } from "../schema/curve.ts";
import type { Decision, Effect, FactorialTerm } from "../schema/effect.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { AccuracyJudgement } from "../schema/finding.ts";
import type { HostComparison } from "../schema/host-standing.ts";
import type { Json } from "../schema/json.ts";
import type { Launch } from "../schema/launch.ts";
import type { NeighbourComparison } from "../schema/neighbour-comparison.ts";
import type { PeakFound } from "../schema/peak-found.ts";
import type { ReportKind } from "../schema/report-kind.ts";
import type { StudyFinding } from "../schema/study-finding.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { ExperimentSummary } from "../schema/summary.ts";
import type { Trial } from "../schema/trial.ts";

/** What a report says of the study itself: of what the last run planned, all but what only the stages before it need. */
export type ReportStudy = Omit<StudyRecord, "format" | "baselines" | "plannedTrials" | "knobPaths" | "experiments"> & {
  experiments: Pick<Experiment, "id" | "configurationId" | "labels" | "skip" | "knobs">[];
};

/** One experiment in one row, as comparisons make it. */
export type ReportSummary = Omit<ExperimentSummary, "accuracyTrials">;

export interface ReportCollateral {
  treatment: string;
  control: string;
  moved: { path: string; control: Json; treatment: Json }[];
  varying: { path: string; arm: string; values: string }[];
  unknown: string | null;
}

/** Everything that a report is made from. The same input gives the same bytes: nothing else is looked at. */
export interface ReportInput {
  study: ReportStudy;
  /** The kind that was asked for; what the study is decides where none was. */
  kind?: ReportKind;
  trials: Trial[];
  launches: Launch[];
  /** Trials and files of the study's folder that cannot be read or are not as they were written, relative to it; they are in no figure. */
  unreadable?: readonly string[];
  summaries: ReportSummary[];
  effects: Effect[];
  decisions: Decision[];
  collateral: ReportCollateral[];
  /** Main effects and interactions of a combination. */
  factorial?: readonly FactorialTerm[];
  /** Which of many configurations is the best, under each workload and at each point of the sweep. */
  best?: readonly BestOfCell[];
  /** Searches for the highest rate that held. */
  peaks?: readonly PeakFound[];
  /** How far hosts differ, a comparison a workload and point. */
  hosts?: readonly HostComparison[];
  /** Which trials shared their host with other runs of the study, and what that did. */
  neighbours?: readonly NeighbourComparison[];
  /** What each configuration does as the load grows. */
  curves?: readonly Curve[];
  /** Changes whose answers were judged beside the baseline's. */
  accuracy?: readonly AccuracyJudgement[];
  /** What the study shows in sentences, the first to say first. */
  findings?: readonly StudyFinding[];
  /** Answers of `reports/<kind>/<name>.sql`. */
  queries: { [name: string]: { columns: string[]; rows: Json[][] } };
  /** As commands take it. */
  resultsFolder: string;
}
