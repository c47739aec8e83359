import type { Experiment } from "./experiment.ts";
import type { Json } from "./json.ts";
import type { PreflightFinding } from "./preflight.ts";
import type { Measurement } from "./measurement.ts";
import type { TrialSpec } from "./trial-spec.ts";
import { onceEach } from "./once-each.ts";
import type { Failure } from "./launch.ts";

/** A declared knob beside what the engine ended up with. */
export interface ResolvedKnob {
  knob: string;
  declared: Json;
  /** What the engine says; null with status `not verifiable`. */
  resolved: Json;
  status: "same" | "different" | "not verifiable";
  /** Where it was read: `server_info scheduler_config.max_num_seqs`. */
  where: string;
}

/** Where a number comes from: everything about machine, engine, model and data. What is not there is null, with the reason in `missing`. */
export interface Provenance {
  host: { [fact: string]: Json };
  gpus: { [fact: string]: Json }[];
  engine: { [fact: string]: Json };
  model: { [fact: string]: Json };
  dataset: { [fact: string]: Json };
  ceteris: { version: string; commit: string | null; node: string };
  missing: { fact: string; why: string }[];
  /** What was found of the machine before the run measured anything. Absent where nobody looked (`bench`), and in trials of earlier versions. */
  preflight?: PreflightFinding[];
}

/** What the load generator can do on this machine, measured against a null server. Rates in tokens a second, one event a token, of one client process. */
export interface Calibration {
  /** ISO 8601, UTC. */
  measuredAt: string;
  /** Seconds from then until it was used: a study does not pay for what another one measured. */
  ageS: number;
  /** CPU time of the client for one token, and for one request beside its tokens, in µs: at the highest load that was held. */
  cpuPerTokenUs: number;
  cpuPerRequestUs: number;
  /** The highest rate at which 95 of 100 tokens were stamped within 1 ms of their being written; null where the lowest was too much. */
  highestTokensPerS: number | null;
  /**
   * What kept the ladder from going on: the client; its top, the server, or the time for it, so that the client can do
   * more; or other work on the machine, so that nobody knows.
   */
  endedBy: "client" | "top" | "server" | "time" | "machine";
  levels: CalibrationLevel[];
}

/** One rung: the client's own part in the time of a token, by load. */
export interface CalibrationLevel {
  askedTokensPerS: number;
  tokensPerS: number;
  cpuShare: number;
  cpuPerTokenUs: number;
  /** From the server's write to the client's stamp. */
  delayMs: { p50: number; p95: number; p99: number; max: number };
  /** How late the server wrote, by its own schedule: it is in no figure of the client's. */
  serverLateMs: { p50: number; p99: number };
}

/** How a run of a ruleset came to its number of requests, where that rests on what the engine was expected to do. Rates in queries a second, of Offline in samples. */
export interface Sizing {
  /** What a short load before the first attempt showed; null where the workload states its `load.expected_rate`. */
  probe: { requests: number; finished: number; seconds: number; rate: number | null } | null;
  /** The last one is the trial; those before it ended before the ruleset's shortest duration, and are gone. */
  attempts: SizedAttempt[];
}

export interface SizedAttempt {
  /** What it was sized by: stated, probed, or measured in the attempt before; null where a probe saw nothing end. */
  expectedRate: number | null;
  requests: number;
  /** What the ruleset's shortest duration is compared with, in seconds. */
  lastedS: number;
}

/** A trial's calibration, or why it has none. */
export type TrialCalibration = { skipped: null; measured: Calibration } | { skipped: string; measured: null };

/** `trial.json`: one trial, whole. */
export interface Trial extends Pick<
  Experiment,
  "configurationId" | "accuracyKey" | "identity" | "knobs" | "labels" | "gpus"
> {
  format: "ceteris.trial/1";
  study: string;
  spec: TrialSpec;
  origin: "measured" | "simulated" | "imported";
  /** What stands in for the matrix's model and dataset; null where nothing does. */
  standIn: string | null;
  launchId: string | null;
  /** The same for trials that found the same engine build, configuration, model, data and GPU; null where it never started. */
  resolvedId: string | null;
  resolved: ResolvedKnob[];
  /** Everything that the engine said of itself, by dotted path. */
  resolvedConfiguration: { [path: string]: Json } | null;
  provenance: Provenance | null;
  /** The requests, and the shortest window in seconds, that its workload declares; null where it declares none. Absent in trials of earlier versions. */
  asked?: { requests: number | null; seconds: number | null };
  /** Absent where nothing was run. */
  calibration?: TrialCalibration;
  /** Of Offline and the streams under a ruleset that certifies. */
  sizing?: Sizing;
  /** Other runs of the study that worked on this host at the same time; absent where there were none. */
  neighbours?: number;
  /** When the `ceteris run` that made it began, ISO 8601, UTC. Absent in trials of earlier versions. */
  session?: string;
  startedAt: string;
  endedAt: string;
  phases: { id: string; tookS: number }[];
  measurements: Measurement[];
  verdict: Verdict;
}

/** Every experiment is asked about, many times: they are grouped once while the list is kept. */
const byExperiment = onceEach(
  (trials: readonly Trial[]) => Map.groupBy(trials, ({ spec }) => spec.experimentId),
  new WeakMap(),
);

/** The trials of an experiment, in their order. The list must not change. */
export function trialsOf(trials: readonly Trial[], experimentId: string | undefined): readonly Trial[] {
  return byExperiment(trials).get(experimentId ?? "") ?? [];
}

export const statuses = ["VALID", "SCREENED", "INVALID", "FAILED", "SKIPPED"] as const;
export type Status = (typeof statuses)[number];
/** Those of trials that count as a measurement. */
export const usableStatuses: readonly Status[] = ["VALID", "SCREENED"];

/** One rule against one trial. `unknown` is not a pass and not a failure: nobody could tell. */
export interface Check {
  id: string;
  status: "pass" | "fail" | "unknown";
  value: number | string | null;
  limit: number | string | null;
  /** How far inside (positive) or outside (negative) the limit, in the check's unit; null where that has no meaning. */
  margin: number | null;
  unit: string;
  message: string;
  /** What to do when it fails. */
  remedy: string;
  /** Whose a failure is where it is not the engine's: it says nothing about what the engine can do. Absent of other checks, and in trials of earlier versions. */
  about?: Instrument;
}

/** What measures, and is not measured: the load generator, and the machine under it and the engine. */
export type Instrument = "client" | "machine";

/** What a trial is worth, from that trial alone. */
export interface Verdict {
  status: Status;
  reason: string;
  checks: Check[];
  failure: Failure | null;
  rulesetId: string | null;
}

/** Of several reasons of a verdict the first; the trial's checks have them all. */
export function firstReason(reason: string): string {
  return reason.split("; ")[0]!;
}

/** True where it could not be judged whether the client limited the figures: such a trial counts, and is marked wherever it is shown. */
export function clientNotJudged({ checks }: Pick<Verdict, "checks">): boolean {
  return checks.some(({ id, status }) => id === "client-bound" && status === "unknown");
}

/** The first failed check that is the client's or the machine's: such a trial is no evidence of what the engine can do. Null where there is none. */
export function spoiledBy({ checks }: Pick<Verdict, "checks">): Check | null {
  return checks.find(({ status, about }) => status === "fail" && about !== undefined) ?? null;
}

/** Whether a trial counts as a measurement. */
export function isUsable({ verdict: { status } }: { verdict: Pick<Verdict, "status"> }): boolean {
  return usableStatuses.includes(status);
}
