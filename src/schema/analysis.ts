import type { BestOfCell } from "./best.ts";
import type { Curve } from "./curve.ts";
import type { Collateral, Decision, Effect, FactorialTerm } from "./effect.ts";
import type { AccuracyJudgement } from "./finding.ts";
import type { HostComparison } from "./host-standing.ts";
import type { NeighbourComparison } from "./neighbour-comparison.ts";
import type { PeakFound } from "./peak-found.ts";
import type { StudyFinding } from "./study-finding.ts";
import type { StudyRecord } from "./study-record.ts";
import type { ExperimentSummary } from "./summary.ts";
import type { Trial } from "./trial.ts";

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
