import { join } from "node:path";
import { endedByStop, remainingTrials, withoutEnded, type Asked, type Remaining } from "../design/index.ts";
import {
  attemptsKey,
  lastAttempts,
  type Devices,
  type Ledger,
  type LedgerEntry,
  type PlannedTrial,
} from "../schema/trial-spec.ts";
import type { BlockSpec, Plan } from "../schema/plan.ts";
import type { Expansion } from "../schema/experiment.ts";
import { succeed, type Result } from "../schema/result.ts";
import { isWholeFile } from "../schema/stored-format.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Study } from "../schema/study.ts";
import { plannedTrial, readLedger, readStudyRecord, type Done } from "../store/index.ts";
import { countsOf, type TrialCounts } from "../schema/exit-code.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { globMatcher } from "./glob.ts";

/** What a run asks for, beside its matrix. */
export interface WorkRequest {
  /** Experiments whose name matches; all where it is absent. */
  only?: string;
  /** Statuses that are to be tried again, in lower case. */
  retry: ReadonlySet<string>;
  /** This block of the plan alone; all where it is absent. */
  block?: BlockSpec;
  /** Blocks in all, as `--repeats` says: those of every seed count. */
  repeats?: number;
}

/** What a study's folder holds: what was done, and what its last run was to do. */
export interface StudyPast extends Done<Trial> {
  /** Null where the study was never run, and where its record is broken: the next run writes it again. */
  record: StudyRecord | null;
}

/**
 * Reads a study's folder, once for a command. A failure where another version of ceteris, or another user, can read the record.
 * Without `keepsTrials` there are none beside the ledger: many of them fill the memory.
 */
export async function readPast(
  world: World,
  resultsFolder: string,
  study: string,
  keepsTrials = true,
): Promise<Result<StudyPast>> {
  const read = await readLedger(world, join(resultsFolder, study), (trial) => (keepsTrials ? trial : null));
  const done = { ...read, trials: read.trials.filter((trial) => trial !== null) };
  const record = await readStudyRecord(world, resultsFolder, study);
  if (record.ok) {
    const ledger = { ...done.ledger, planned: record.value.plannedTrials };
    return succeed({ ...done, ledger, record: record.value });
  }
  return isWholeFile(record.problem) ? record : succeed({ ...done, record: null });
}

/** Which experiments are asked for, by name. */
export function wantedBy({ only }: Pick<WorkRequest, "only">): (name: string) => boolean {
  return only === undefined ? () => true : globMatcher(only);
}

/** The study without the points that its stop rules have ended, by trials that stand. */
export function stillAsked(
  { study, expansion }: { study: Study; expansion: Expansion },
  trials: readonly Trial[],
): { study: Study; expansion: Expansion } {
  const standing = lastAttempts(trials, ({ spec }) => spec);
  return { study, expansion: withoutEnded(expansion, endedByStop(study, expansion.experiments, standing)) };
}

/** What a study lacks, here and now: the answer that `run`, its `--dry-run` and `plan` have in common. */
export function workOf(
  { study, expansion }: { study: Study; expansion: Expansion },
  ledger: Ledger,
  now: { atMs: number; devices: Devices },
  request: WorkRequest,
  more: Partial<Pick<Asked, "wanted" | "before">> = {},
): Remaining {
  const { retry, repeats } = request;
  const everySeed = repeats !== undefined;
  return remainingTrials(study, expansion, { ledger, now, retry, wanted: wantedBy(request), everySeed, ...more });
}

/** The trials that stand and are not done again: the last attempts of what the matrix names, at its fidelity. */
export function standingTrials(
  { study, experiments }: Pick<Plan, "study" | "experiments">,
  ledger: Ledger,
  { trials }: Pick<Remaining, "trials">,
): LedgerEntry[] {
  const ids = new Set(experiments.map(({ id }) => id));
  const again = new Set(trials.map(attemptsKey));
  const own = ledger.trials.filter(
    ({ experimentId, fidelity, purpose }) =>
      ids.has(experimentId) && fidelity === study.fidelity && purpose !== "probe",
  );
  return lastAttempts(own, (entry) => entry).filter((entry) => !again.has(attemptsKey(entry)));
}

/**
 * What the record says of the whole study: what stands, what this run does, and what it leaves to another one, since it asks
 * for a part (`--only`).
 */
export function plannedTrials(
  { experiments }: Pick<Plan, "experiments">,
  standing: readonly LedgerEntry[],
  { trials }: Pick<Remaining, "trials">,
  whole: Pick<Remaining, "trials">,
): PlannedTrial[] {
  const names = new Map(experiments.map(({ id, labels }) => [id, labels.name]));
  const own = new Set(trials.map(({ trialId }) => trialId));
  return [
    ...standing.map(({ trialId, experimentId, purpose }) => ({
      trialId,
      experiment: names.get(experimentId) ?? experimentId,
      purpose,
    })),
    ...trials.map(plannedTrial),
    ...whole.trials
      .filter(({ trialId }) => !own.has(trialId))
      .map(({ trialId, experiment, purpose }) => ({ trialId, experiment, purpose })),
  ];
}

/** The summary covers the whole study: trials of earlier runs by their last attempt, skipped rows once. */
export function pastCounts(plan: Pick<Plan, "experiments">, standing: readonly LedgerEntry[]): TrialCounts {
  const skipped = plan.experiments.flatMap(({ skip }) => (skip === null ? [] : ("SKIPPED" as const)));
  return countsOf([...skipped, ...standing.map(({ status }) => status)]);
}
