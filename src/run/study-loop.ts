import { reapLeftovers, type CheckedModel } from "../engine/index.ts";
import { join } from "node:path";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import type { PreflightFinding } from "../schema/preflight.ts";
import type { Plan } from "../schema/plan.ts";
import type { Observation } from "../schema/observation.ts";
import { attemptsKey } from "../schema/trial-spec.ts";
import { noRecovery, type RecoveryPolicy } from "../schema/recovery.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import { originOfEngines, sutsOf } from "../schema/sut.ts";
import type { Trial, Status } from "../schema/trial.ts";
import {
  blockLeases,
  checkWritable,
  isSameRecord,
  joinedRecord,
  keepMatrix,
  lastOrdinal,
  leaseLost,
  removePartials,
  sealStudy,
  signingKeyOf,
  studyRecord,
  trialFolders,
  verifySignature,
  writeStudyRecord,
  type BlockLeases,
  type SigningKey,
} from "../store/index.ts";
import { fileFault } from "../world/file-fault.ts";
import type { World } from "../world/world.ts";
import { calibrateClient } from "./calibrate-client.ts";
import { pastCounts, workloadOf, type WorkRequest } from "../plan/index.ts";
import { blockRunner } from "./block.ts";
import { stackOf } from "./failed-trial.ts";
import type { Profiling } from "./profiling.ts";
import { createRecovery } from "./recovery.ts";
import { isOver, openSession } from "./session.ts";
import { openWork, type Work } from "./study-work.ts";
import type { TrialFolder, TrialSink } from "./trial-sink.ts";
import { count, type TrialCounts } from "../schema/exit-code.ts";
import { countText } from "../math/figures.ts";

export interface StudyRun {
  world: World;
  plan: Plan & { expansion: Expansion };
  root: string;
  /** The matrix file, relative to `root`. */
  matrix: string;
  resultsFolder: string;
  request: WorkRequest;
  /** Its experiments join those that the study has; a matrix replaces them, since it says all that there is. */
  joins?: boolean;
  /** True where the user waits for one load: the client is not calibrated before it, unless a calibration is kept. */
  startsAtOnce?: boolean;
  /** What its launches run under; absent where that is nothing. */
  profiling?: Profiling;
  /** What follows when an engine fails; nothing where it is absent. */
  recovery?: RecoveryPolicy;
  /** No trial begins after so many hours; there is no such limit where it is absent. */
  maxHours?: number;
  signal: AbortSignal;
  report(event: RunEvent): void;
  /** What a trial saw. Its requests and tokens can be read during the call; the trial's folder keeps them. */
  observed?(trial: Trial, observation: Observation | null): void;
  /** Called after every launch with the trials that it ended: the mirrors' moment, when no load runs. */
  afterLaunch(trials: TrialFolder[]): Promise<void>;
  /** Called once all is prepared: what it finds of the machine is kept with each trial, and its failure keeps the run from measuring. */
  preflight?(ready: {
    experiments: readonly Experiment[];
    models: ReadonlyMap<string, CheckedModel>;
  }): Promise<Result<PreflightFinding[]>>;
  /** Called between two blocks, where trials ended in the first: the report's moment, when no load runs. What follows the last block is the caller's. */
  betweenBlocks?(): Promise<void>;
}

export interface StudyOutcome {
  /** Of the trials that this run did, or found done. */
  counts: TrialCounts;
  interrupted: boolean;
  /** Trials run now. */
  done: number;
  /** Why it stopped early; null where it did not. */
  fault: Fault | null;
}

const temporaryHint = "Set TMPDIR to a folder in which this user may write, with some room.";

/** What is missing of a study, and nothing else: launch by launch, each trial on disk before the next begins. */
export async function runStudy(asked: StudyRun): Promise<Result<StudyOutcome>> {
  const { world, plan, resultsFolder } = asked;
  const isWhole = asked.request.block === undefined;
  const startedNs = world.clock.nowNs();
  const studyFolder = join(resultsFolder, plan.study.name);
  const key = await signingKeyOf(world);
  if (!key.ok) return key;
  const writable = await checkWritable(world, studyFolder);
  if (!writable.ok) return writable;
  // What an engine prints passes through a pipe there, and its private folder is there.
  const temporary = await checkWritable(world, world.machine.temporaryFolder);
  if (!temporary.ok) return fail(temporary.problem.code, temporary.problem.message, temporaryHint);
  const leases = blockLeases(world, studyFolder, (message) => asked.report({ type: "notice", code: "waits", message }));
  const { keyId: signedBy } = await verifySignature(world, studyFolder, null);
  let isOurs = false;
  // A run that lost a block stops: another one does its work.
  const run = { ...asked, signal: AbortSignal.any([asked.signal, leases.lost]) };
  try {
    const work = await openLeasedWork(run, studyFolder, leases);
    if (!work.ok) return work;
    isOurs = isWhole;
    if (isWhole) await removePartials(world, studyFolder);
    for (const { launch, ended } of await reapLeftovers(world, join(studyFolder, "launches"))) {
      const became =
        ended === null
          ? "the client of its container does not answer, so that its engine may still run; the next run looks again"
          : `${countText(ended, "process", "processes")} ended`;
      run.report({ type: "notice", code: "reaped", message: `launch ${launch} of a run that was killed: ${became}` });
    }
    const { todo, standing, planned, search, stopped, experiments } = work.value;
    run.report({
      type: "plan",
      study: plan.study.name,
      experiments: plan.experiments.length,
      trials: standing.length + todo().length,
      todo: todo().length,
      origin: originOfEngines(plan.study, plan.experiments),
    });
    for (const notice of work.value.notices) run.report(notice);
    const record = joinedRecord(
      studyRecord(plan, run.matrix, planned()),
      run.joins === true ? work.value.record : null,
    );
    const counts = pastCounts(plan, standing);
    for (const trial of search.standing()) if (search.isCounted(trial)) count(counts, trial.verdict.status);
    const recorded = () => stopped.recorded(search.recorded(record));
    const first = [...todo(), ...search.ahead()];
    // Where there is nothing to do and nothing else to say, the manifest and its signature stay.
    const stored = work.value.record;
    if (first.length > 0 || stored === null || !isSameRecord(stored, recorded()))
      await writeStudyRecord(world, resultsFolder, recorded());
    await keepMatrix(world, resultsFolder, record.name, join(run.root, run.matrix));
    const last = new Map<string, Status>();
    const ended = (outcome: Omit<StudyOutcome, "counts">): Result<StudyOutcome> => {
      for (const status of last.values()) count(counts, status);
      for (const _ of stopped.skipped()) count(counts, "SKIPPED");
      return succeed({ ...outcome, counts });
    };
    if (first.length === 0) return ended({ interrupted: false, done: 0, fault: null });
    const deadlineNs = run.maxHours === undefined ? null : startedNs + BigInt(Math.round(run.maxHours * 3.6e12));
    const session = await openSession({ ...run, experiments, trials: first, deadlineNs });
    if (!session.ok) return session;
    const preflight = await run.preflight?.({
      experiments: [...new Set(first.map((spec) => experiments.get(spec.experiment)!))],
      models: new Map([...session.value.systems].map(([id, { model }]) => [id, model])),
    });
    if (preflight?.ok === false) return preflight;
    const calibration = await calibrateClient(world, {
      loads: first.map((spec) => ({
        spec,
        workload: workloadOf(plan, experiments.get(spec.experiment)!, spec.purpose),
      })),
      simulated: sutsOf(plan.study, plan.experiments).every(({ engine }) => engine.origin === "simulated"),
      keptOnly: run.startsAtOnce ?? false,
      signal: run.signal,
      notice: (code, message) => run.report({ type: "notice", code, message }),
    });
    const calibrated = {
      ...session.value,
      calibration,
      ...(preflight === undefined ? {} : { preflight: preflight.value }),
    };

    let fault: Fault | null = null;
    let done = 0;
    let hasStopped = false;
    let simulated = record.origin === "simulated";
    const sink: TrialSink = {
      ended(trial, folder, observation) {
        done += 1;
        // An endpoint says what it is when it answers; no table may call its numbers measured.
        if (trial.origin === "simulated") simulated = true;
        run.observed?.(trial, observation);
        work.value.learn(trial);
        // Of a trial that was tried again the last attempt counts.
        if (search.isCounted(trial)) last.set(attemptsKey(trial.spec), trial.verdict.status);
        run.report(trialEnd(trial, folder));
        for (const message of stopped.learn(trial)) {
          hasStopped = true;
          run.report({ type: "notice", code: "stopped", message });
        }
      },
      lost(problem) {
        fault = problem;
        run.report({ type: "fault", fault: problem });
      },
    };
    const ordinal = await lastOrdinal(world, studyFolder);
    const coming = { probes: (row: string) => search.probes(row), runs: stopped.runs };
    const recovery = createRecovery(run.recovery ?? noRecovery);
    const runBlock = blockRunner(calibrated, coming, ordinal, { leases, recovery });
    let reported = 0;
    for (const block of work.value.blocks()) {
      if (isOver(calibrated) || fault) break;
      if (done > reported) {
        await run.betweenBlocks?.();
        reported = done;
      }
      for await (const launched of runBlock(block, sink)) {
        if (leases.lost.aborted) break; // what follows is for the run that took the block over to write
        const moved = launched.length > 0 && work.value.lookAgain();
        if (moved) record.plannedTrials = planned();
        const learned = search.searched.length > 0 || (simulated && record.origin !== "simulated");
        if (simulated) record.origin = "simulated";
        if (learned || moved || hasStopped) await writeStudyRecord(world, resultsFolder, recorded());
        if (launched.length > 0) await run.afterLaunch(launched);
      }
    }
    const left = first.filter((spec) => stopped.runs(spec) && !last.has(attemptsKey(spec)));
    const isLate = !run.signal.aborted && fault === null && isOver(calibrated) && left.length > 0;
    if (isLate) {
      const message = `--max-hours ${run.maxHours} is over: ${countText(left.length, "trial")} left, which the next run does`;
      run.report({ type: "notice", code: "time-is-up", message });
    }
    if (!run.signal.aborted && fault === null) {
      for (const message of search.withoutPeak()) run.report({ type: "notice", code: "no-peak", message });
    }
    if (leases.lost.aborted && fault === null) sink.lost(await leaseLost(world, studyFolder));
    return ended({ interrupted: asked.signal.aborted || isLate, done, fault });
  } finally {
    // Where another run has the study, or a block of it, the last that does the whole writes the manifest.
    if (isOurs && !leases.lost.aborted) await seal(run, studyFolder, { key: key.value, signedBy });
    await leases.release();
  }
}

/** The work, read under its leases: what another run did until it gave them up is in it. */
async function openLeasedWork(run: StudyRun, studyFolder: string, leases: BlockLeases): Promise<Result<Work>> {
  const open = async (): Promise<Result<Work>> => {
    const work = await openWork(run);
    if (!work.ok) return work;
    const { block } = run.request;
    const claimed = await leases.claim(block === undefined ? work.value.known() : [block], block === undefined);
    return claimed.ok ? work : claimed;
  };
  const work = await open();
  if (!work.ok) return work;
  const { ledger, leftOut } = work.value;
  const read = ledger.trials.length + leftOut.filter(({ trialId }) => trialId !== null).length;
  return read === (await trialFolders(run.world, studyFolder)).length ? work : await open();
}

/** Writes the study's manifest over all that is there now. Where it cannot be written, nothing else is lost. */
async function seal(
  run: StudyRun,
  studyFolder: string,
  { key, signedBy }: { key: SigningKey | null; signedBy: string | null },
): Promise<void> {
  const { world, plan } = run;
  try {
    await sealStudy(world, studyFolder, key);
    if (signedBy === null || (await verifySignature(world, studyFolder, null)).keyId !== null) return;
    const message = `the study has changed, and the signature by ${signedBy} was removed: ceteris sign ${plan.study.name} --key FILE signs it again`;
    run.report({ type: "notice", code: "signature", message });
  } catch (error) {
    const why = fileFault(error, studyFolder)?.message ?? stackOf(error);
    run.report({ type: "notice", code: "no-manifest", message: `the study's manifest was not written: ${why}` });
  }
}

function trialEnd(trial: Trial, folder: string): RunEvent {
  return {
    type: "trial-end",
    trial: trial.spec.trialId,
    experiment: trial.spec.experiment,
    purpose: trial.spec.purpose,
    status: trial.verdict.status,
    reason: trial.verdict.reason,
    tookS: trial.phases.reduce((sum, phase) => sum + phase.tookS, 0),
    folder,
  };
}
