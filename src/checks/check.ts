import type { Failure } from "../schema/launch.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Observation } from "../schema/observation.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { ResolvedKnob, Sizing, TrialCalibration } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Check, Instrument } from "../schema/verdict.ts";
import type { Workload } from "../schema/workload.ts";

/** One trial, whole: all that its verdict rests on. */
export interface JudgeInput {
  spec: TrialSpec;
  workload: Workload;
  /** Null where nothing was sent. */
  observation: Observation | null;
  measurements: readonly Measurement[];
  resolved: readonly ResolvedKnob[];
  /** What the load generator can do on this machine; absent where nobody looked. */
  calibration?: TrialCalibration;
  /** Why the engine or the trial failed; null where it did not. */
  failure: Failure | null;
  /** What the trial is judged by beside our own rules; null or absent where the matrix names no ruleset. */
  ruleset?: RulesetScenario | null;
  /** How the run came to its number of requests; null or absent where that was not to be found out. */
  sizing?: Sizing | null;
}

/** What a check found. `remedy`: what to do in this very case, where the rule's own says less. */
export type Found = Omit<Check, "id" | "remedy" | "about"> & { remedy?: string };

/** A rule of this folder: what it asks of a trial, in words, and how it judges one. */
export interface CheckRule {
  id: string;
  asks: string;
  /** What is still allowed, in words. */
  limit: string;
  /** What to do when it fails. */
  remedy: string;
  /** Where a failure is not the engine's: what spoiled the trial. A search for a peak does not count a probe that fails it. */
  about?: Instrument;
  /** Null where the rule does not apply to the trial. */
  judge(this: void, input: JudgeInput): Found | null;
}
