import type { Diagnostic } from "./diagnostic.ts";
import type { Contrast, Experiment } from "./experiment.ts";
import type { Study } from "./study.ts";
import type { TrialSpec } from "./trial-spec.ts";

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
