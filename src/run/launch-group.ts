import {
  commandLine,
  engineGroup,
  launchEngine,
  portInUse,
  privateFolder,
  variablesFor,
  versionAmong,
  type RunningEngine,
} from "../engine/index.ts";
import type { Experiment } from "../schema/experiment.ts";
import type { Failure } from "../schema/launch.ts";
import type { Result } from "../schema/result.ts";
import { devicesOfSut, sutOf } from "../schema/sut.ts";
import { compareVersions } from "../schema/version.ts";
import type { Provenance, Trial } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { launchFolder, sealLaunch, writeTrial, type TrialFiles } from "../store/index.ts";
import { gatherProvenance } from "../telemetry/index.ts";
import type { Lease } from "../world/lease.ts";
import { profiledSut, profilingPatience } from "./profiling.ts";
import { experimentNamed, isOver, systemOf, type Session } from "./session.ts";
import { trialOfInternalError, failedTrial, stackOf } from "./failed-trial.ts";
import { runTrial } from "./trial.ts";
import type { TrialSink } from "./trial-sink.ts";

const nothingSeen: TrialFiles = { observation: null, outputs: null };

/** A launch whose engine refused its configuration: later trials of that configuration fail with it, without another launch. */
export interface RefusedLaunch {
  launchId: string;
  failure: Failure;
  provenance: Provenance | null;
}

/** Trials of one launch, each asked for when the one before has ended: those of a search follow from each other. */
interface Trials {
  /** The one to be run now; null at the end. */
  current: TrialSpec | null;
  next(): void;
  /** False once a trial could not be written: nothing more is to be run. */
  written: boolean;
}

/**
 * Runs the trials that share a launch. An internal error, an engine that dies and one that falls silent cost the trial in
 * which it happened; the next trial begins with another launch, of the next ordinal. No process is left at the end, whatever happened.
 */
export async function runLaunchGroup(
  session: Session,
  specs: Iterable<TrialSpec>,
  nextOrdinal: () => number,
  lease: Lease,
  sink: TrialSink,
): Promise<void> {
  const iterator = specs[Symbol.iterator]();
  const trials: Trials = {
    current: null,
    written: true,
    next() {
      const asked = iterator.next();
      this.current = asked.done === true ? null : asked.value;
    },
  };
  trials.next();
  while (trials.current !== null && trials.written && !isOver(session))
    await runLaunch(session, trials, trials.current, nextOrdinal(), (trial, files) =>
      persist(session, trial, files, lease, sink),
    );
}

/** One launch of an engine, for the first trial and those that follow it. */
async function runLaunch(
  session: Session,
  trials: Trials,
  first: TrialSpec,
  ordinal: number,
  store: (trial: Trial, files: TrialFiles) => Promise<boolean>,
): Promise<void> {
  const id = launchId(ordinal, first);
  const unmeasured = (spec: TrialSpec, launch: { launchId: string; provenance: Provenance | null }) => ({
    session,
    spec,
    experiment: experimentNamed(session.experiments, spec.experiment),
    ...launch,
  });
  const ended = async (trial: Trial, files: TrialFiles): Promise<void> => {
    trials.current = null; // from here on an error does not concern the trial
    trials.written = await store(trial, files);
    trials.next();
  };
  /** What is left of the launch fails as its engine did. */
  const failAll = async (launch: { launchId: string; provenance: Provenance | null }, failure: Failure) => {
    while (trials.current !== null && trials.written)
      await ended(failedTrial(unmeasured(trials.current, launch), failure), nothingSeen);
  };
  const experiment = experimentNamed(session.experiments, first.experiment);
  let engine: RunningEngine | null = null;
  let provenance: Provenance | null = null;
  try {
    const before = session.refused.get(experiment.configurationId);
    if (before !== undefined) {
      const failure = { ...before.failure, message: `as in launch ${before.launchId}: ${before.failure.message}` };
      return await failAll(before, failure);
    }
    const started = await start(session, { spec: first, experiment, id, ordinal });
    if (!started.ok) {
      if (session.signal.aborted) return;
      provenance = await gather(session, experiment, null);
      const launch = { launchId: id, failure: started.problem, provenance };
      if (started.problem.refused === true) session.refused.set(experiment.configurationId, launch);
      return await failAll(launch, started.problem);
    }
    engine = started.value;
    tellOtherVersion(session, experiment, engine.launch().engineVersion);
    provenance = await gather(session, experiment, engine);
    for (let isFirst = true; trials.current !== null && trials.written && !isOver(session); isFirst = false) {
      const spec = trials.current;
      await engine.recordMembers(); // what a later run may have to end, if this one is killed
      const dead = await engine.checkAlive();
      if (dead !== null && !isFirst) return; // between two trials: it costs none
      session.report({
        type: "trial-start",
        trial: spec.trialId,
        experiment: spec.experiment,
        purpose: spec.purpose,
        position: spec.position,
        of: Math.max(session.lastPosition, spec.position),
      });
      const outcome = dead
        ? { trial: failedTrial(unmeasured(spec, { launchId: id, provenance }), dead), files: nothingSeen }
        : await runTrial(session, {
            spec,
            experiment: experimentNamed(session.experiments, spec.experiment),
            engine,
            provenance,
          });
      if (!outcome) return;
      const fellSilent = (outcome.files.observation?.silence ?? null) !== null;
      await ended(outcome.trial, outcome.files);
      const broken = session.signal.aborted ? null : await engine.afterTrial(spec.trialId);
      if (broken === null && fellSilent) return;
      if (broken === null) continue;
      notice(session, `launch ${id}: ${broken.message}; ${spec.trialId} is kept, and nothing more runs in this launch`);
      await failAll({ launchId: id, provenance }, broken);
    }
  } catch (error) {
    if (trials.current === null) throw error;
    if (session.signal.aborted) return notice(session, stackOf(error));
    const broken = trialOfInternalError(unmeasured(trials.current, { launchId: id, provenance }), error);
    await ended(broken, { ...nothingSeen, internalError: stackOf(error) });
  } finally {
    const tell = (error: unknown): void => notice(session, `launch ${id}: ${stackOf(error)}`);
    await engine?.stop().catch(tell);
    await sealLaunch(session.world, launchFolder(session.studyFolder, id)).catch(tell);
  }
}

/** Sorts by its start and says what it was for: `0007-exp1_…`. */
function launchId(ordinal: number, spec: TrialSpec): string {
  return `${String(ordinal).padStart(4, "0")}-${spec.trialId}`;
}

/** A port that was free when it was chosen may be taken when the engine binds it: so many are tried. */
const mostPorts = 3;

/** A launch that is to come: for which trial it is the first, and its place among the study's launches. */
interface NextLaunch {
  spec: TrialSpec;
  experiment: Experiment;
  id: string;
  ordinal: number;
}

/** Starts the engine, on another port where the first was taken in between. */
async function start(session: Session, launch: NextLaunch): Promise<Result<RunningEngine, Failure>> {
  const { spec } = launch;
  for (let tried = 1; ; tried += 1) {
    const port = await session.world.network.freePort();
    const started = await startOn(session, port, launch);
    const isTaken = !started.ok && started.problem.class === portInUse;
    if (!isTaken || tried === mostPorts || session.signal.aborted) return started;
    const message = `port ${port} was taken after it was chosen (${started.problem.message}): another is tried, ${tried + 1} of ${mostPorts}`;
    session.report({ type: "notice", code: "port-taken", message: `${spec.experiment}: ${message}` });
  }
}

async function startOn(
  session: Session,
  port: number,
  { spec, experiment, id, ordinal }: NextLaunch,
): Promise<Result<RunningEngine, Failure>> {
  const { world, plan, root, profiling } = session;
  const { study } = plan;
  const own = sutOf(study, experiment.knobs);
  const sut = profiling === undefined ? own : profiledSut(own, profiling);
  const { environment, model } = systemOf(session, experiment);
  const folder = launchFolder(session.studyFolder, id);
  const command = commandLine({
    ...sut,
    // What is installed is what compiles: a declaration may be of another version.
    version: versionAmong(environment.packages, sut.engine) ?? sut.version,
    model: model.path ?? sut.model,
    revision: model.kind === "folder" ? null : sut.revision,
    knobs: experiment.knobs,
    written: study.written,
    executable: environment.executable,
    host: "127.0.0.1",
    port,
    folders: { private: privateFolder(world.machine.temporaryFolder), cache: session.cacheFolder },
    userVariables: variablesFor(environment, world.variables),
  });
  session.report({ type: "launch", launch: id, experiment: spec.experiment, phase: "start", elapsedS: 0 });
  return launchEngine(world, {
    engine: sut.engine,
    environment,
    command,
    port,
    launchFolder: folder,
    workingFolder: root,
    ...(profiling === undefined ? {} : { writes: [profiling.folder], patience: profilingPatience }),
    reads: model.path === null ? [] : [model.path],
    id,
    ordinal,
    study: study.name,
    configurationId: experiment.configurationId,
    model: sut.model,
    access: session.access,
    headers: study.headers,
    hooks: { beforeLaunch: sut.beforeLaunch, afterTrial: study.afterTrial, deadlineS: study.hookDeadlineS },
    signal: session.signal,
    onNotice: (message) => notice(session, `${spec.experiment}: ${message}`),
    onPhase: (phase, elapsedS) =>
      session.report({ type: "launch", launch: id, experiment: spec.experiment, phase, elapsedS }),
  });
}

/** Once for each version: the engine that answers is another than the matrix is for. */
function tellOtherVersion(session: Session, { knobs }: Experiment, reported: string | null): void {
  const { engine, version } = sutOf(session.plan.study, knobs);
  if (reported === null || version === null || compareVersions(reported, version) === 0) return;
  const message = `${engine.name} says that it is ${reported}, and the matrix is for ${version}: its knobs were checked against that`;
  if (session.told.has(message)) return;
  session.told.add(message);
  session.report({ type: "notice", code: "other-version", message });
}

async function gather(session: Session, experiment: Experiment, engine: RunningEngine | null): Promise<Provenance> {
  const { world, plan, preflight } = session;
  const sut = sutOf(plan.study, experiment.knobs);
  const { environment, model } = systemOf(session, experiment);
  const inImage = environment.container ?? environment.image;
  const provenance = await gatherProvenance(world, {
    engine: {
      name: sut.engine.name,
      version: engine?.launch().engineVersion ?? null,
      declaredVersion: sut.version,
      packages: environment.packages,
      ...(inImage ? { image: inImage.image, imageDigest: inImage.digest } : {}),
    },
    model: { ...model },
    devices: devicesOfSut(sut, world.variables),
    ownGroup: engine === null ? null : engineGroup(engine.launch()),
  });
  return preflight === undefined ? provenance : { ...provenance, preflight };
}

/** True where the trial is on disk. Where an internal error keeps it from being stored, it is stored as FAILED, without what it saw. */
async function persist(
  session: Session,
  trial: Trial,
  files: TrialFiles,
  lease: Lease,
  sink: TrialSink,
): Promise<boolean> {
  const { world, resultsFolder } = session;
  let [stored, seen] = [trial, files];
  try {
    const written = await writeTrial(world, resultsFolder, stored, seen, lease).catch((error: unknown) => {
      const { spec, launchId: launch, provenance } = trial;
      const experiment = experimentNamed(session.experiments, spec.experiment);
      stored = trialOfInternalError({ session, spec, experiment, launchId: launch, provenance }, error);
      seen = { ...nothingSeen, internalError: stackOf(error) };
      return writeTrial(world, resultsFolder, stored, seen, lease);
    });
    if (written.ok) sink.ended(stored, written.value, seen.observation);
    else sink.lost(written.problem);
    return written.ok;
  } finally {
    files.observation?.release();
  }
}

function notice(session: Session, message: string): void {
  session.report({ type: "notice", code: "engine", message });
}
