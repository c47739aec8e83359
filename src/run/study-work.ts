import { remainingTrials, type Asked, type Remaining } from "../design/index.ts";
import { join } from "node:path";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import {
  unknownDevices,
  type Devices,
  type Ledger,
  type LedgerEntry,
  type PlannedTrial,
  type TrialSpec,
} from "../schema/trial-spec.ts";
import { leftOutText, type LeftOut } from "../schema/left-out.ts";
import type { Study } from "../schema/study.ts";
import type { Trial } from "../schema/trial.ts";
import { succeed, type Result } from "../schema/result.ts";
import { devicesOf, isMendedOtherwise, ledgerOf, readLedger } from "../store/index.ts";
import { gatherProvenance } from "../telemetry/index.ts";
import type { World } from "../world/world.ts";
import { globMatcher } from "./glob.ts";
import { plannedTrial, readStudyRecord } from "./study-file.ts";
import { takeLaunch } from "./take-launch.ts";
import { count, noTrials, type TrialCounts } from "./summary.ts";

/** What a run asks for, beside its matrix. */
export interface WorkRequest {
  /** Experiments whose name matches; all where it is absent. */
  only?: string;
  /** Statuses that are to be tried again, in small letters. */
  retry: ReadonlySet<string>;
  /** Blocks in all, as `--repeats` says: those of every seed count. */
  repeats?: number;
}

/** What a study has done, from its folders, and what its last run was to do. */
export async function readPast(
  world: World,
  resultsFolder: string,
  study: string,
): Promise<Result<Ledger & { leftOut: LeftOut[] }>> {
  const ledger = await readLedger(world, join(resultsFolder, study));
  const record = await readStudyRecord(world, resultsFolder, study);
  if (record.ok) return succeed({ ...ledger, planned: record.value.plannedTrials });
  // One that is broken is written again by the next run.
  return isMendedOtherwise(record.problem) ? record : succeed(ledger);
}

/** True of a trial whose place is not taken by a folder that nobody can read. */
export function isReadable({ taken = [] }: Ledger): (spec: { trialId: string }) => boolean {
  const unreadable = new Set(taken);
  return ({ trialId }) => !unreadable.has(trialId);
}

/** Which experiments are asked for, by name. */
export function wantedBy({ only }: Pick<WorkRequest, "only">): (name: string) => boolean {
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

/** Where and when the next trial would run; of a study without trials nothing depends on where. Which build of the engine it is, is known when it has started. */
export async function hereAndNow(
  world: World,
  devices: readonly string[],
  { trials }: Ledger,
): Promise<{ atMs: number; devices: Devices }> {
  const atMs = Date.parse(world.clock.wall());
  if (trials.length === 0) return { atMs, devices: unknownDevices };
  const found = await gatherProvenance(world, { engine: {}, model: {}, devices, ownGroup: null });
  return { atMs, devices: devicesOf(found) };
}

/** The trials that stand and are not done again: the last attempts of what the matrix names, at its fidelity. */
export function standingTrials(
  { study, experiments }: Pick<Plan, "study" | "experiments">,
  ledger: Ledger,
  { trials }: Pick<Remaining, "trials">,
): LedgerEntry[] {
  const ids = new Set(experiments.map(({ id }) => id));
  const again = new Set(trials.map(placeOf));
  const last = new Map<string, LedgerEntry>();
  for (const entry of ledger.trials) {
    if (!ids.has(entry.experimentId) || entry.fidelity !== study.fidelity || entry.purpose === "probe") continue;
    const place = placeOf(entry);
    const known = last.get(place);
    if (!again.has(place) && (known === undefined || entry.attempt > known.attempt)) last.set(place, entry);
  }
  return [...last.values()];
}

function placeOf({
  experimentId,
  purpose,
  replicate,
}: Pick<TrialSpec, "experimentId" | "purpose" | "replicate">): string {
  return `${experimentId} ${purpose} ${replicate}`;
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
  todo: () => readonly TrialSpec[];
  /** What stands of earlier runs. */
  standing: readonly LedgerEntry[];
  /** As the record keeps them. */
  planned: () => PlannedTrial[];
  notices: Extract<RunEvent, { type: "notice" }>[];
  readable: (spec: { trialId: string }) => boolean;
  /** One launch after the other: trials next to each other with the same key share it. */
  launches(): Generator<TrialSpec[], void>;
  /** Tells a trial that has just ended. */
  learn(trial: Trial): void;
  /** After a launch: true where what is to be done has become another, since a block that goes on ran on another engine build. */
  lookAgain(): boolean;
  /** What another design of this study lacks by now: that of its searched rows at their peaks. */
  lacking(plan: { study: Study; expansion: Expansion }, wanted: (name: string) => boolean): TrialSpec[];
}

/** Reads the past and asks the design. What joins a study is new whatever the past. */
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
  const ledger = past.value;
  const { devices } = await hereAndNow(world, plan.study.devices, ledger);
  const now = () => ({ atMs: Date.parse(world.clock.wall()), devices });
  const ask = (part: WorkRequest): Remaining =>
    run.joins === true ? { trials: plan.trials, continues: null, beside: [] } : workOf(plan, ledger, now(), part);
  const { only: _only, ...whole } = request;
  let work = ask(request);
  let queue = [...work.trials];
  let goesOn = work.continues !== null;
  const standing = run.joins === true ? [] : standingTrials(plan, ledger, work);
  const planned = (): PlannedTrial[] => plannedTrials(plan, standingTrials(plan, ledger, work), work, ask(whole));
  return succeed({
    todo: () => queue,
    standing,
    planned,
    notices: [
      ...past.value.leftOut.map((one) => notice("left-out", leftOutText(one))),
      ...noticesOf(work, standing.length > 0, request),
    ],
    readable: isReadable(past.value),
    *launches() {
      while (queue.length > 0) yield takeLaunch(queue);
    },
    learn(trial) {
      ledger.trials.push(...ledgerOf([trial], []).trials);
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
    lacking: (rows, wanted) => workOf(rows, ledger, now(), request, { wanted, before: queue }).trials,
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
      : [notice("new-blocks", `${numbers}: what is missing runs there beside a baseline of its own`)]),
    ...(beside.length === 0 || only === undefined
      ? []
      : [notice("runs-beside", `${beside.join(", ")}: not asked for, and run since the others are compared with it`)]),
  ];
}
