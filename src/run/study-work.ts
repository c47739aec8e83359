import { remainingOfBlock, type Remaining } from "../design/index.ts";
import {
  lastAttempts,
  declaredDevices,
  unknownDevices,
  type Devices,
  type Ledger,
  type LedgerEntry,
  type PlannedTrial,
  type TrialSpec,
} from "../schema/trial-spec.ts";
import type { BlockSpec, Plan } from "../schema/plan.ts";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { leftOutText, type LeftOut } from "../schema/left-out.ts";
import { succeed, type Result } from "../schema/result.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import { devicesOfSut, sutOf } from "../schema/sut.ts";
import type { Trial } from "../schema/trial.ts";
import { devicesOf, ledgerEntry, plannedTrial } from "../store/index.ts";
import { gatherProvenance } from "../telemetry/index.ts";
import type { World } from "../world/world.ts";
import { plannedTrials, readPast, standingTrials, wantedBy, workOf, type WorkRequest } from "../plan/index.ts";
import { createSearch, type Search } from "./search.ts";
import { stoppedCurves, type StoppedCurves } from "./stopped-curves.ts";
import { blocksOf, takeLaunch } from "./block.ts";

/** False of a trial whose place is taken by a folder that cannot be read. */
function isReadable({ taken = [] }: Ledger): (spec: { trialId: string }) => boolean {
  const unreadable = new Set(taken);
  return ({ trialId }) => !unreadable.has(trialId);
}

/**
 * On what the next trial would run; unknown of a study without trials, since nothing depends on it then. The build of the
 * engine is known when it has started.
 */
async function devicesHere(
  world: World,
  { study, experiments }: Pick<Plan, "study" | "experiments">,
  { trials }: Ledger,
): Promise<Devices> {
  if (trials.length === 0) return unknownDevices;
  const declared = new Map(
    experiments.map(({ knobs }) => [declaredDevices(knobs), devicesOfSut(sutOf(study, knobs), world.variables)]),
  );
  let { host, gpus } = unknownDevices;
  for (const [name, devices] of declared) {
    const provenance = await gatherProvenance(world, { engine: {}, model: {}, devices, ownGroup: null });
    const found = devicesOf(provenance, { engine: "", devices: name });
    host ??= found.host;
    gpus = { ...gpus, ...found.gpus };
  }
  return { host, gpus, engine: {} };
}

/** The trials of one run: what is to be done, in launches, and what is to be said of it. */
export interface Work {
  ledger: Ledger;
  /** The record of the run before. */
  record: StudyRecord | null;
  leftOut: readonly LeftOut[];
  todo: () => readonly TrialSpec[];
  /** The blocks that are known by now; those that follow from a search come later. */
  known: () => BlockSpec[];
  /** What stands of earlier runs. */
  standing: readonly LedgerEntry[];
  /** As the record keeps them. */
  planned: () => PlannedTrial[];
  notices: Extract<RunEvent, { type: "notice" }>[];
  search: Search;
  stopped: StoppedCurves;
  /** By name; the search adds each before its trial is handed out. */
  experiments: Map<string, Experiment>;
  /** One block after the other, those of the search last. */
  blocks(): Generator<BlockSpec, void>;
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
  // Figures of earlier trials are looked at by a search and by a stop rule.
  const isJudged = plan.study.peak !== null || plan.study.workloads.some(({ stop }) => stop !== undefined);
  const past = await readPast(world, resultsFolder, plan.study.name, isJudged);
  if (!past.ok) return past;
  const { ledger, trials: ran, record, leftOut } = past.value;
  const devices = await devicesHere(world, plan, ledger);
  const now = () => ({ atMs: Date.parse(world.clock.wall()), devices });
  const standingNow = lastAttempts(ran, ({ spec }) => spec).filter(
    ({ verdict }) => !request.retry.has(verdict.status.toLowerCase()),
  );
  const stopped = stoppedCurves(plan, standingNow);
  const { block } = request;
  const ask = (part: WorkRequest): Remaining => {
    if (run.joins === true) return { trials: plan.trials, continues: null, beside: [] };
    if (block === undefined) return workOf({ study: plan.study, expansion: stopped.rest() }, ledger, now(), part);
    const asked = { ledger, now: now(), retry: part.retry };
    if ("search" in block) return { trials: [], continues: null, beside: [] };
    return remainingOfBlock(plan.study, block.trials.filter(stopped.runs), asked, block.block);
  };
  const { only: _only, ...whole } = request;
  let work = ask(request);
  let queue = [...work.trials];
  let goesOn = work.continues !== null;
  const standing = run.joins === true ? [] : standingTrials(plan, ledger, work).filter(isIn(block));
  const experiments = new Map(plan.experiments.map((experiment) => [experiment.labels.name, experiment]));
  const search = createSearch(plan, plan.study.peak === null ? [] : ran, {
    wanted: block === undefined ? wantedBy(request) : (name) => "search" in block && block.search === name,
    sustains: block === undefined,
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
    known: () => [
      ...blocksOf(plan.study, [...queue]),
      ...search.open().map(({ labels }) => ({ study: plan.study.name, search: labels.name })),
    ],
    standing,
    // A run of one block records the whole plan, as each of the others does.
    planned: () =>
      block === undefined
        ? plannedTrials(plan, standingTrials(plan, ledger, work), work, ask(whole))
        : plan.trials.map(plannedTrial),
    notices: [
      ...leftOut.map((one) => notice("left-out", leftOutText(one))),
      ...noticesOf(work, standing.length > 0, request),
    ],
    search,
    stopped,
    experiments,
    *blocks() {
      // Whether a block goes on is known after its first launch: see `lookAgain`.
      if (goesOn) yield* blocksOf(plan.study, takeLaunch(queue));
      yield* blocksOf(plan.study, queue);
      yield* search.blocks();
    },
    learn(trial) {
      ledger.trials.push(ledgerEntry(trial, null));
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

/** True of trials that the run counts: of the block that it does, or of all. */
function isIn(block: BlockSpec | undefined): (entry: LedgerEntry) => boolean {
  if (block === undefined) return () => true;
  return "search" in block ? () => false : (entry) => entry.block === block.block;
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
