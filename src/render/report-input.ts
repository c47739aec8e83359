import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Decision, Effect } from "../schema/effect.ts";
import type { Contrast, Experiment } from "../schema/experiment.ts";
import type { Json } from "../schema/json.ts";
import type { Assignment } from "../schema/knob.ts";
import type { Launch } from "../schema/launch.ts";
import type { Trial } from "../schema/trial.ts";
import type { Status } from "../schema/verdict.ts";

/** What a report says of the study itself: what the last run planned. */
export interface ReportStudy {
  name: string;
  question: string;
  /** The matrix file, as commands take it. */
  matrix: string;
  design: string;
  origin: "measured" | "simulated";
  standIn: string | null;
  engine: string;
  engineTitle: string;
  /** Another than `engine` where `--sut` replaced it. */
  declaredEngine: string;
  model: string;
  revision: string | null;
  version: string | null;
  fidelity: string;
  repeats: number;
  order: string;
  seed: number;
  baseline: { id: string; label: string; knobs: Assignment };
  experiments: Pick<Experiment, "id" | "configurationId" | "labels" | "skip" | "knobs">[];
  contrasts: Contrast[];
  diagnostics: Diagnostic[];
}

/** One experiment in one row, as comparisons make it. */
export interface ReportSummary {
  experiment: string;
  label: string;
  baseline: boolean;
  changed: Assignment;
  against: string | null;
  compound: string | null;
  status: Status | null;
  usable: number;
  of: number;
  figuresAreUsable: boolean;
  figures: { metric: string; stat: string; unit: string; value: number | null; why: string | null; n: number }[];
  excluded: { trialId: string; why: string }[];
  accuracyMissing: string | null;
  toBaseline: Effect[];
  toStep: Effect[];
}

export interface ReportCollateral {
  treatment: string;
  control: string;
  moved: { path: string; control: Json; treatment: Json }[];
  unknown: string | null;
}

/** Everything that a report is made from. The same input gives the same bytes: nothing else is looked at. */
export interface ReportInput {
  study: ReportStudy;
  trials: Trial[];
  launches: Launch[];
  summaries: ReportSummary[];
  effects: Effect[];
  decisions: Decision[];
  collateral: ReportCollateral[];
  /** Answers of `reports/queries/<name>.sql`. */
  queries: { [name: string]: { columns: string[]; rows: unknown[][] } };
  /** As commands take it. */
  resultsFolder: string;
}
