import { join } from "node:path";
import { commandLine, launchEngine, privateFolder, type RunningEngine } from "../engine/index.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Failure } from "../schema/launch.ts";
import type { Observation } from "../schema/observation.ts";
import type { Trial } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { writeTrial, type TrialFiles } from "../store/index.ts";
import { gatherProvenance } from "../telemetry/index.ts";
import type { Session } from "./session.ts";
import { failedTrial, runTrial } from "./trial.ts";
import type { Fault } from "../schema/result.ts";

/** What becomes of each trial of a launch: told at once, written at once. */
export interface TrialSink {
  ended(trial: Trial, folder: string, observation: Observation | null): void;
  /** A trial could not be written: the disk is full or the folder is not ours. The study stops. */
  lost(fault: Fault): void;
}

const nothingSeen: TrialFiles = { observation: null, outputs: null };

/**
 * One life of an engine and the trials that share it: each is asked for when the one before has ended, since those of a
 * search follow from each other. Ends with no process left, whatever happened.
 */
export async function runLaunchGroup(
  session: Session,
  specs: Iterable<TrialSpec>,
  ordinal: number,
  sink: TrialSink,
): Promise<void> {
  const trials = specs[Symbol.iterator]();
  const asked = trials.next();
  if (asked.done === true) return;
  const first = asked.value;
  const all = function* (): Generator<TrialSpec, void> {
    for (let next: IteratorResult<TrialSpec, unknown> = asked; next.done !== true; next = trials.next())
      yield next.value;
  };
  const experiment = experimentOf(session, first);
  const id = launchId(ordinal, first);
  const started = await start(session, first, experiment, id, ordinal);
  if (session.signal.aborted && !started.ok) return;
  if (!started.ok) {
    const provenance = await gather(session, null);
    for (const spec of all()) {
      await persist(
        session,
        failedTrial(session, spec, experimentOf(session, spec), id, started.problem, provenance),
        nothingSeen,
        sink,
      );
    }
    return;
  }
  const engine = started.value;
  try {
    const provenance = await gather(session, engine);
    for (const spec of all()) {
      if (session.signal.aborted) return;
      session.report({
        type: "trial-start",
        trial: spec.trialId,
        experiment: spec.experiment,
        position: spec.position,
        of: Math.max(session.lastPosition, spec.position),
      });
      await engine.recordMembers(); // what a later run may have to end, if this one is killed
      const dead = await engine.checkAlive();
      const own = experimentOf(session, spec);
      const outcome = dead
        ? { trial: failedTrial(session, spec, own, id, dead, provenance), files: nothingSeen }
        : await runTrial(session, spec, own, engine, provenance);
      if (!outcome) return;
      await persist(session, outcome.trial, outcome.files, sink);
    }
  } finally {
    await engine.stop();
  }
}

/** Sorts by its start and says what it was for: `0007-exp1_…`. */
function launchId(ordinal: number, spec: TrialSpec): string {
  return `${String(ordinal).padStart(4, "0")}-${spec.trialId}`;
}

function experimentOf(session: Session, spec: TrialSpec): Experiment {
  const experiment = session.experiments.get(spec.experiment);
  if (!experiment) throw new Error(`the plan has no experiment ${spec.experiment}`);
  return experiment;
}

async function start(
  session: Session,
  spec: TrialSpec,
  experiment: Experiment,
  id: string,
  ordinal: number,
): Promise<{ ok: true; value: RunningEngine } | { ok: false; problem: Failure }> {
  const { world, plan, environment, root } = session;
  const { study } = plan;
  const launchFolder = join(session.studyFolder, "launches", id);
  const port = await world.network.freePort();
  const command = commandLine({
    engine: study.engine,
    model: session.model.path ?? study.model,
    revision: session.model.kind === "folder" ? null : study.revision,
    tokenizer: study.tokenizer,
    version: study.version,
    devices: study.devices,
    extraArgs: study.extraArgs,
    knobs: experiment.knobs,
    executable: environment.executable,
    host: "127.0.0.1",
    port,
    folders: { private: privateFolder(world.machine.temporaryFolder, launchFolder), cache: session.cacheFolder },
    // A program of the user's, and the simulated engine, may want to know which launch it is; it is in no id.
    userVariables: { ...world.variables, CETERIS_LAUNCH: id },
  });
  session.report({ type: "launch", launch: id, experiment: spec.experiment, phase: "start", elapsedS: 0 });
  return launchEngine(world, {
    engine: study.engine,
    environment,
    command,
    port,
    launchFolder,
    workingFolder: root,
    id,
    ordinal,
    study: study.name,
    configurationId: experiment.configurationId,
    model: study.model,
    apiKey: session.apiKey,
    signal: session.signal,
    onNotice: (message) =>
      session.report({ type: "notice", code: "engine", message: `${spec.experiment}: ${message}` }),
    onPhase: (phase, elapsedS) =>
      session.report({ type: "launch", launch: id, experiment: spec.experiment, phase, elapsedS }),
  });
}

function gather(session: Session, engine: RunningEngine | null) {
  const { world, plan, environment, model } = session;
  return gatherProvenance(world, {
    engine: {
      name: plan.study.engine.name,
      version: engine?.launch().engineVersion ?? null,
      declaredVersion: plan.study.version,
      packages: environment.packages,
    },
    model: { ...model },
    devices: plan.study.devices,
    ownGroup: engine?.launch().processGroup?.pid ?? null,
  });
}

async function persist(session: Session, trial: Trial, files: TrialFiles, sink: TrialSink): Promise<void> {
  const written = await writeTrial(session.world, session.resultsFolder, trial, files);
  if (written.ok) sink.ended(trial, written.value, files.observation);
  else sink.lost(written.problem);
  files.observation?.release();
}
