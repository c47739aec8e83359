import type { Failure } from "../schema/launch.ts";
import type { Measurement } from "../schema/measurement.ts";
import type { Observation, RequestRecord, RequestSource } from "../schema/observation.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { ResolvedKnob, Sizing, TrialCalibration, Check, Instrument } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Workload } from "../schema/workload.ts";
import { certifies } from "../schema/fidelity.ts";

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

export { measuredRequests } from "../schema/observation.ts";

/** The first of them; null of none. */
export function firstOf(requests: RequestSource): RequestRecord | null {
  for (const request of requests) return request;
  return null;
}

/**
 * The share of requests that may fail. None where a result is certified: a request that failed is one that the engine did
 * not have to serve. At the lower fidelities one in a hundred, which moves a rate by no more than that, less than such
 * short runs can tell apart.
 */
export const MOST_FAILED = 0.01;

/** As above; an accuracy run must have every answer, since a missing one is scored by nobody. */
export function errorAllowance({ fidelity, purpose }: TrialSpec): number {
  return purpose === "accuracy" || certifies(fidelity) ? 0 : MOST_FAILED;
}

type Figures = Pick<Check, "status" | "value" | "limit" | "margin" | "unit">;

/** The figures of a check that passes from a limit on, both in `unit`. */
export function atLeast(value: number, limit: number, unit: string): Figures {
  return { status: value >= limit ? "pass" : "fail", value, limit, margin: value - limit, unit };
}

/** The figures of a check that passes up to a limit, both in `unit`; undecided where there is no value. */
export function atMost(value: number | null, limit: number, unit: string): Figures {
  if (value === null) return { status: "unknown", value, limit, margin: null, unit };
  return { status: value <= limit ? "pass" : "fail", value, limit, margin: limit - value, unit };
}
