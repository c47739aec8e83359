import type { LoadgenSettings } from "../../math/loadgen/settings.ts";

/** What every exported file says of where it is from. */
export interface Mark {
  /** `ceteris 0.1.0`. */
  madeBy: string;
  study: string;
  trialId: string;
  /** Our own verdict on the trial, which knows more than LoadGen's. */
  status: string;
  reason: string;
  /** Why it can be no result of its ruleset; null where it can. */
  cutShort: string | null;
  /** True where every number comes from a simulated engine. */
  simulated: boolean;
}

/** The limits of a Server run in ns; what has none stands at LoadGen's default. */
export interface Limits {
  ttftNs: number;
  tpotNs: number;
  latencyNs: number;
}

/** One sample of a finished run in the order of issue. Times in ns from the start of the run. */
export interface IssuedSample {
  /** Index into the data set. */
  sample: number;
  /** Number of its query, from 0. */
  query: number;
  /** When it was due; null in the streams, whose queries have no schedule. */
  dueNs: number | null;
  sentNs: number;
  firstTokenNs: number;
  doneNs: number;
  /** Tokens of its answer. */
  tokens: number;
}

/** A run as LoadGen's log tells it. */
export interface MlperfRun {
  mark: Mark;
  /** Of what was sent. */
  settings: LoadgenSettings;
  /** What it is judged by: the ruleset's, also where the run was made smaller by intention. */
  least: { durationMs: number; queries: number; samples: number };
  /** As a share; LoadGen's 0.99 in Offline, which uses none. */
  percentile: number;
  limits: Limits;
  tokenLatencies: boolean;
  confidence: number;
  /** Of the LoadGen whose rules were followed. */
  loadgenVersion: string;
  sutName: string;
  qslName: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  endedAt: string;
}

/** LoadGen's default of the limits that a scenario does not set (loadgen/test_settings.h). */
export const defaultLimitNs = 1e8;
