import { reapLeftovers } from "../engine/index.ts";
import { executors, type ExecutorKind, type TrialFolder, type TrialSink } from "../executors/index.ts";
import { join } from "node:path";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import type { Observation } from "../schema/observation.ts";
import { succeed, type Fault, type Result } from "../schema/result.ts";
import { originOfEngines, sutsOf } from "../schema/sut.ts";
import type { Trial } from "../schema/trial.ts";
import {
  checkWritable,
  joinedRecord,
  keepMatrix,
  lastOrdinal,
  removePartials,
  studyRecord,
  takeLock,
  writeStudyRecord,
} from "../store/index.ts";
import type { World } from "../world/world.ts";
import { calibrateClient } from "./calibrate-client.ts";
import { pastCounts, workloadOf, type WorkRequest } from "../plan/index.ts";
import { blockRunner } from "./block.ts";
import { openSession } from "./session.ts";
import { openWork } from "./study-work.ts";
import { count, type TrialCounts } from "../schema/trial-counts.ts";
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
  /** Where the blocks run; in this process where it is absent. */
  executor?: ExecutorKind;
  signal: AbortSignal;
  report(event: RunEvent): void;
  /** What a trial saw. Its requests and tokens can be read during the call; the trial's folder keeps them. */
  observed?(trial: Trial, observation: Observation | null): void;
  /** Called after every launch with the trials that it ended: the mirrors' moment, when no load runs. */
  afterLaunch(trials: TrialFolder[]): Promise<void>;
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

/** What is missing of a study, and nothing else: launch by launch, each trial on disk before the next begins. */
export async function runStudy(run: StudyRun): Promise<Result<StudyOutcome>> {
  const { world, plan, resultsFolder } = run;
  const studyFolder = join(resultsFolder, plan.study.name);
  const writable = await checkWritable(world, studyFolder);
  if (!writable.ok) return writable;
  const lock = await takeLock(world, studyFolder);
  if (!lock.ok) return lock;
  try {
    await removePartials(world, studyFolder);
    for (const { launch, ended } of await reapLeftovers(world, join(studyFolder, "launches"))) {
      run.report({
        type: "notice",
        code: "reaped",
        message: `launch ${launch} of a run that was killed: ${countText(ended, "process", "processes")} ended`,
      });
    }
    const work = await openWork(run);
    if (!work.ok) return work;
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
    await writeStudyRecord(world, resultsFolder, recorded());
    await keepMatrix(world, resultsFolder, record.name, join(run.root, run.matrix));
    const first = [...todo(), ...search.ahead()];
    const ended = (outcome: Omit<StudyOutcome, "counts">): Result<StudyOutcome> => {
      for (const _ of stopped.skipped()) count(counts, "SKIPPED");
      return succeed({ ...outcome, counts });
    };
    if (first.length === 0) return ended({ interrupted: false, done: 0, fault: null });
    const session = await openSession({ ...run, experiments, trials: first });
    if (!session.ok) return session;
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
    const calibrated = { ...session.value, calibration };

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
        if (search.isCounted(trial)) count(counts, trial.verdict.status);
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
    const here = blockRunner(calibrated, { probes: (row) => search.probes(row), runs: stopped.runs }, ordinal);
    const executor = (run.executor ?? executors.local)(here);
    let reported = 0;
    for (const block of work.value.blocks()) {
      if (run.signal.aborted || fault) break;
      if (done > reported) {
        await run.betweenBlocks?.();
        reported = done;
      }
      for await (const launched of executor.run(block, sink)) {
        const moved = launched.length > 0 && work.value.lookAgain();
        if (moved) record.plannedTrials = planned();
        const learned = search.searched.length > 0 || (simulated && record.origin !== "simulated");
        if (simulated) record.origin = "simulated";
        if (learned || moved || hasStopped) await writeStudyRecord(world, resultsFolder, recorded());
        if (launched.length > 0) await run.afterLaunch(launched);
      }
    }
    if (!run.signal.aborted && fault === null) {
      for (const message of search.withoutPeak()) run.report({ type: "notice", code: "no-peak", message });
    }
    return ended({ interrupted: run.signal.aborted, done, fault });
  } finally {
    await lock.value.release();
  }
}

function trialEnd(trial: Trial, folder: string): RunEvent {
  return {
    type: "trial-end",
    trial: trial.spec.trialId,
    experiment: trial.spec.experiment,
    status: trial.verdict.status,
    reason: trial.verdict.reason,
    tookS: trial.phases.reduce((sum, phase) => sum + phase.tookS, 0),
    folder,
  };
}
