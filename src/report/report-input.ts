import type { Analysis, ExperimentSummary } from "../schema/analysis.ts";
import type { Collateral } from "../schema/effect.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Json } from "../schema/json.ts";
import type { Launch } from "../schema/launch.ts";
import type { ReportKind } from "../schema/report-kind.ts";
import type { StudyRecord } from "../schema/study-record.ts";

/** What a report says of the study itself: of what the last run planned, all but what only the stages before it need. */
export type ReportStudy = Omit<StudyRecord, "format" | "baselines" | "plannedTrials" | "knobPaths" | "experiments"> & {
  experiments: Pick<Experiment, "id" | "configurationId" | "labels" | "skip" | "knobs">[];
  /** Where the server answers that took the place of the matrix's engine. */
  url?: string;
};

/** One experiment in one row, as comparisons make it. */
export type ReportSummary = Omit<ExperimentSummary, "accuracyTrials">;

export type ReportCollateral = Omit<Collateral, "family">;

/** What an analysis says that a study may have nothing of. */
type Sometimes = "factorial" | "best" | "peaks" | "hosts" | "neighbours" | "curves" | "accuracy" | "findings";

/** Everything that a report is made from. The same input gives the same bytes: nothing else is looked at. */
export interface ReportInput
  extends Pick<Analysis, "trials" | "effects" | "decisions">, Partial<Pick<Analysis, Sometimes>> {
  study: ReportStudy;
  /** The kind that was asked for; what the study is decides where none was. */
  kind?: ReportKind;
  launches: Launch[];
  /** Trials and files of the study's folder that cannot be read or are not as they were written, relative to it; they are in no figure. */
  unreadable?: readonly string[];
  summaries: ReportSummary[];
  collateral: ReportCollateral[];
  /** Answers of `reports/<kind>/<name>.sql`. */
  queries: { [name: string]: { columns: string[]; rows: Json[][] } };
  /** As commands take it. */
  resultsFolder: string;
}
