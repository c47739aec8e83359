import { join } from "node:path";
import { remainingTrials, type Asked, type Remaining } from "../design/index.ts";
import { lastAttempts, attemptsKey } from "../schema/attempts.ts";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { leftOutText, type LeftOut } from "../schema/left-out.ts";
import type { Plan } from "../schema/plan.ts";
import { succeed, type Result } from "../schema/result.ts";
import { isWholeFile } from "../schema/stored-format.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Study } from "../schema/study.ts";
import {
  unknownDevices,
  type Devices,
  type Ledger,
  type LedgerEntry,
  type PlannedTrial,
  type TrialSpec,
} from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import { devicesOf, ledgerOf, readLedger, type Done } from "../store/index.ts";
import { gatherProvenance } from "../telemetry/index.ts";
import type { World } from "../world/world.ts";
import { globMatcher } from "./glob.ts";
import { createSearch, type Search } from "./search.ts";
import { plannedTrial, readStudyRecord } from "../store/study-file.ts";
import { count, noTrials, type TrialCounts } from "./summary.ts";
import { takeLaunch } from "./take-launch.ts";

/** What a run asks for, beside its matrix. */
export interface WorkRequest {
  /** Experiments whose name matches; all where it is absent. */
  only?: string;
  /** Statuses that are to be tried again, in lower case. */
  retry: ReadonlySet<string>;
  /** Blocks in all, as `--repeats` says: those of every seed count. */
  repeats?: number;
}

/** What a study's folder holds: what was done, and what its last run was to do. */
export interface StudyPast extends Done {
  /** Null where the study was never run, and where its record is broken: the next run writes it again. */
  record: StudyRecord | null;
}

/** Reads a study's folder, once for a command. A failure where another version of ceteris, or another user, can read the record. */
export async function readPast(world: World, resultsFolder: string, study: string): Promise<Result<StudyPast>> {
  const done = await readLedger(world, join(resultsFolder, study));
  const record = await readStudyRecord(world, resultsFolder, study);
  if (record.ok) {
    const ledger = { ...done.ledger, planned: record.value.plannedTrials };
    return succeed({ ...done, ledger, record: record.value });
  }
  return isWholeFile(record.problem) ? record : succeed({ ...done, record: null });
}

/** False of a trial whose place is taken by a folder that cannot be read. */
function isReadable({ taken = [] }: Ledger): (spec: { trialId: string }) => boolean {
  const unreadable = new Set(taken);
  return ({ trialId }) => !unreadable.has(trialId);
}

/** Which experiments are asked for, by name. */
function wantedBy({ only }: Pick<WorkRequest, "only">): (name: string) => boolean {
  return only === undefined ? () => true : globMatcher(only);
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

/**
 * On what the next trial would run; unknown of a study without trials, since nothing depends on it then. The build of the
 * engine is known when it has started.
 */
async function devicesHere(world: World, devices: readonly string[], { trials }: Ledger): Promise<Devices> {
  if (trials.length === 0) return unknownDevices;
  return devicesOf(await gatherProvenance(world, { engine: {}, model: {}, devices, ownGroup: null }));
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
  const counts = noTrials();
  for (const experiment of plan.experiments) if (experiment.skip !== null) count(counts, "SKIPPED");
  for (const { status } of standing) count(counts, status);
  return counts;
}

/** The trials of one run: what is to be done, in launches, and what is to be said of it. */
export interface Work {
  ledger: Ledger;
  /** The record of the run before. */
  record: StudyRecord | null;
  leftOut: readonly LeftOut[];
  todo: () => readonly TrialSpec[];
  /** What stands of earlier runs. */
  standing: readonly LedgerEntry[];
  /** As the record keeps them. */
  planned: () => PlannedTrial[];
  notices: Extract<RunEvent, { type: "notice" }>[];
  search: Search;
  /** By name; the search adds each before its trial is handed out. */
  experiments: Map<string, Experiment>;
  /** One launch after the other, those of the search last: trials next to each other with the same key share it. */
  launches(): Generator<Iterable<TrialSpec>, void>;
  /** Is told of each trial that has just ended. */
  learn(trial: Trial): void;
  /** After a launch: true where what is to be done has changed, since a block that goes on ran on another engine build. */
  lookAgain(): boolean;
}

/** Reads the past and asks the design. A trial that joins a study is new, whatever the past. */
export async function openWork(run: {
  world: World;
  plan: Plan & { expansion: Expansion };
  resultsFolder: string;
  request: WorkRequest;
  joins?: boolean;
}): Promise<Result<Work>> {
  const { world, plan, resultsFolder, request } = run;
  const past = await readPast(world, resultsFolder, plan.study.name);
  if (!past.ok) return past;
  const { ledger, trials: ran, record, leftOut } = past.value;
  const devices = await devicesHere(world, plan.study.devices, ledger);
  const now = () => ({ atMs: Date.parse(world.clock.wall()), devices });
  const ask = (part: WorkRequest): Remaining =>
    run.joins === true ? { trials: plan.trials, continues: null, beside: [] } : workOf(plan, ledger, now(), part);
  const { only: _only, ...whole } = request;
  let work = ask(request);
  let queue = [...work.trials];
  let goesOn = work.continues !== null;
  const standing = run.joins === true ? [] : standingTrials(plan, ledger, work);
  const experiments = new Map(plan.experiments.map((experiment) => [experiment.labels.name, experiment]));
  const search = createSearch(plan, plan.study.peak === null ? [] : ran, {
    wanted: wantedBy(request),
    readable: isReadable(ledger),
    retry: request.retry,
    found: (experiment) => experiments.set(experiment.labels.name, experiment),
    lacking: (rows, wanted) => workOf(rows, ledger, now(), request, { wanted, before: queue }).trials,
  });
  return succeed({
    ledger,
    record,
    leftOut,
    todo: () => queue,
    standing,
    planned: () => plannedTrials(plan, standingTrials(plan, ledger, work), work, ask(whole)),
    notices: [
      ...leftOut.map((one) => notice("left-out", leftOutText(one))),
      ...noticesOf(work, standing.length > 0, request),
    ],
    search,
    experiments,
    *launches() {
      while (queue.length > 0) yield takeLaunch(queue);
      yield* search.launches();
    },
    learn(trial) {
      ledger.trials.push(...ledgerOf([trial], []).trials);
      search.learn(trial);
    },
    lookAgain() {
      // Which build of the engine runs is known when it has started: the first launch of a block that goes on tells.
      if (!goesOn) return false;
      goesOn = false;
      const before = queue.map(({ trialId }) => trialId).join(" ");
      work = ask(request);
      queue = [...work.trials];
      return queue.map(({ trialId }) => trialId).join(" ") !== before;
    },
  });
}

const notice = (code: string, message: string): Work["notices"][number] => ({ type: "notice", code, message });

function noticesOf({ trials, continues, beside }: Remaining, hasPast: boolean, { only }: WorkRequest): Work["notices"] {
  const opened = [...new Set(trials.map(({ block }) => block))].filter((block) => block !== continues);
  const [first, last] = [opened[0], opened.at(-1)];
  const numbers = first === last ? `block ${first} is new` : `blocks ${first} to ${last} are new`;
  return [
    ...(continues === null ? [] : [notice("block-goes-on", `block ${continues} goes on where it was interrupted`)]),
    ...(first === undefined || !hasPast
      ? []
      : [notice("new-blocks", `${numbers}: what is missing runs there, and the baseline again beside it`)]),
    ...(beside.length === 0 || only === undefined
      ? []
      : [
          notice("runs-beside", `${beside.join(", ")}: not asked for, but run because the others are compared with it`),
        ]),
  ];
}
