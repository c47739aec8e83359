import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { loadDataset, loadTrace } from "../dataset/index.ts";
import {
  cacheFolderOf,
  checkModel,
  missingPrograms,
  modelQuestion,
  prepareEnvironment,
  type CheckedModel,
  type PreparedEnvironment,
} from "../engine/index.ts";
import { accessOf, unsetVariable, type Access } from "../schema/access.ts";
import type { Engine } from "../schema/engine.ts";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { nameInScope } from "../schema/knob.ts";
import type { Plan } from "../schema/plan.ts";
import type { PreflightFinding } from "../schema/preflight.ts";
import { succeed, type Fault, type Result } from "../schema/result.ts";
import type { Dataset, Sample } from "../schema/sample.ts";
import { namedVariable } from "../schema/secrets.ts";
import { sutOf, sutsOf } from "../schema/sut.ts";
import type { TrialCalibration } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { ArrivalDeclaration, Workload } from "../schema/workload.ts";
import { fileFault } from "../world/file-fault.ts";
import type { World } from "../world/world.ts";
import type { Profiling } from "./profiling.ts";
import type { RefusedLaunch } from "./launch-group.ts";
import { datasetFault, datasetKey, librarySize, workloadOf } from "../plan/index.ts";

/** What a `run` opens its session with. */
export interface SessionRequest {
  world: World;
  plan: Plan & { expansion: Expansion };
  root: string;
  resultsFolder: string;
  /** By name. Those of a search are added while it goes on. */
  experiments: Map<string, Experiment>;
  trials: readonly TrialSpec[];
  /** What its launches run under; absent where that is nothing. */
  profiling?: Profiling;
  report(event: RunEvent): void;
  signal: AbortSignal;
  /** On the monotonic clock: no trial begins after it. */
  deadlineNs?: bigint | null;
}

/** All that the trials of one `run` share; made, and failed, before anything is measured. */
export interface Session extends Omit<SessionRequest, "trials" | "deadlineNs"> {
  studyFolder: string;
  cacheFolder: string;
  /** By configuration: what its engine was found to be made of. */
  systems: ReadonlyMap<string, PreparedSystem>;
  /** When this `run` began, ISO 8601, UTC: what its trials have in common. */
  startedAt: string;
  /** The last place in the order that is known so far. */
  lastPosition: number;
  /** What a server that runs already is asked with; its secrets are never stored. */
  access: Access;
  /** By what workloads ask of their data: `datasetOf`. */
  datasets: ReadonlyMap<string, Dataset>;
  /** Samples that a configuration's tokenizer has measured, by configuration and data: its trials ask for them once. */
  measuredPrompts: Map<string, readonly Sample[]>;
  /** Configurations that an engine of this run refused, by their id: each is launched once. */
  refused: Map<string, RefusedLaunch>;
  /** Notices that are said once. */
  told: Set<string>;
  /** Arrivals in seconds from the first, of each trace that a workload replays. */
  tracesS: ReadonlyMap<ArrivalDeclaration | null, Float64Array>;
  /** What the load generator can do on this machine; absent where nothing is to be run. */
  calibration?: TrialCalibration;
  /** What was found of the machine; absent where nobody looked. */
  preflight?: PreflightFinding[];
  deadlineNs: bigint | null;
}

/** True where no further trial is to begin: the run was interrupted, or its time is up. */
export function isOver({ signal, deadlineNs, world }: Pick<Session, "signal" | "deadlineNs" | "world">): boolean {
  return signal.aborted || (deadlineNs !== null && world.clock.nowNs() >= deadlineNs);
}

/** An engine that can be started, and the model that it is to serve. */
export interface PreparedSystem {
  environment: PreparedEnvironment;
  model: CheckedModel;
}

/** Environments, models and datasets, looked at before the first trial. The first that is missing is the answer. */
export async function openSession(request: SessionRequest): Promise<Result<Session>> {
  const { world, plan } = request;
  const { study } = plan;
  const cacheFolder = cacheFolderOf(world);
  const { experiments } = request;
  const access = accessOf(study.headers, world.variables);
  if (!access.ok) return access;
  const asked = experimentsOf(request.trials, experiments);
  const unset = unsetByKnobs(world, asked);
  if (unset !== null) return { ok: false, problem: unset };
  const suts = sutsOf(study, asked);
  const [missing] = await missingPrograms(world, suts, study.afterTrial, request.root);
  if (missing !== undefined) return { ok: false, problem: missing.fault };
  const datasets = await loadDatasets(request, experiments);
  if (!datasets.ok) return datasets;
  const traces = await loadTraces(request, experiments);
  if (!traces.ok) return traces;
  const models = await checkModels(request);
  if (!models.ok) return models;
  const port = await freePort(world);
  if (!port.ok) return port;
  const systems = await prepareSystems(request, cacheFolder, models.value);
  if (!systems.ok) return systems;

  return succeed({
    world,
    plan,
    root: request.root,
    resultsFolder: request.resultsFolder,
    studyFolder: join(request.resultsFolder, study.name),
    cacheFolder,
    systems: systems.value,
    experiments,
    startedAt: world.clock.wall(),
    lastPosition: request.trials.reduce((last, { position }) => Math.max(last, position), plan.trials.length),
    access: access.value,
    datasets: datasets.value,
    measuredPrompts: new Map(),
    refused: new Map(),
    told: new Set(),
    ...(request.profiling === undefined ? {} : { profiling: request.profiling }),
    tracesS: traces.value,
    report: (event) => request.report(event),
    signal: request.signal,
    deadlineNs: request.deadlineNs ?? null,
  });
}

/** The first variable that a knob takes its value from and that is not set; null where all are. */
function unsetByKnobs({ variables }: Pick<World, "variables">, experiments: readonly Experiment[]): Fault | null {
  for (const { knobs } of experiments) {
    for (const [knob, value] of Object.entries(knobs)) {
      const name = nameInScope(knob, "env") === null ? null : namedVariable(value);
      if (name !== null && (variables[name] ?? "") === "") return unsetVariable(name, `\`${knob}\``);
    }
  }
  return null;
}

/** What was prepared for an experiment. */
export function systemOf({ systems }: Pick<Session, "systems">, experiment: Experiment): PreparedSystem {
  const found = systems.get(experiment.configurationId);
  if (!found) throw new Error(`nothing was prepared for ${experiment.labels.name}`);
  return found;
}

/** The dataset that a workload's trials take their samples from. */
export function datasetOf({ datasets }: Pick<Session, "datasets">, workload: Workload): Dataset {
  const found = datasets.get(datasetKey(workload));
  if (!found) throw new Error(`no dataset was loaded for ${workload.name}`);
  return found;
}

/** Every launch needs a free port: where there is none, that is found out before the first. */
async function freePort(world: Pick<World, "network">): Promise<Result<number>> {
  try {
    return succeed(await world.network.freePort());
  } catch (error) {
    const fault = fileFault(error, "127.0.0.1");
    if (fault === null) throw error;
    return { ok: false, problem: fault };
  }
}

/** The model of each configuration that is to be run. Each model is asked for once. */
async function checkModels(request: SessionRequest): Promise<Result<Map<string, CheckedModel>>> {
  const { world, plan, root, trials, experiments } = request;
  const asked = new Map<string, CheckedModel>();
  const models = new Map<string, CheckedModel>();
  for (const { configurationId, knobs } of experimentsOf(trials, experiments)) {
    if (models.has(configurationId)) continue;
    const question = modelQuestion(sutOf(plan.study, knobs), knobs, root);
    const key = JSON.stringify(question);
    const known = asked.get(key);
    const checked = known === undefined ? await checkModel(world, question) : succeed(known);
    if (!checked.ok) return checked;
    asked.set(key, checked.value);
    models.set(configurationId, checked.value);
  }
  return succeed(models);
}

/** Each engine is made ready once for each prefix, whatever its configurations. */
async function prepareSystems(
  request: SessionRequest,
  cacheFolder: string,
  models: ReadonlyMap<string, CheckedModel>,
): Promise<Result<Map<string, PreparedSystem>>> {
  const { world, plan, root, trials, experiments } = request;
  const ready: { engine: Engine; prefix: readonly string[]; environment: PreparedEnvironment }[] = [];
  const systems = new Map<string, PreparedSystem>();
  for (const { configurationId, knobs } of experimentsOf(trials, experiments)) {
    const model = models.get(configurationId);
    if (model === undefined || systems.has(configurationId)) continue;
    const { engine, prefix } = sutOf(plan.study, knobs);
    const known = ready.find((one) => one.engine === engine && isDeepStrictEqual(one.prefix, prefix));
    const prepared =
      known === undefined
        ? await prepareEnvironment(world, engine, {
            cacheFolder,
            launched: { prefix, folder: root },
            onProgress: (message) => request.report({ type: "notice", code: "environment", message }),
          })
        : succeed(known.environment);
    if (!prepared.ok) return prepared;
    ready.push({ engine, prefix, environment: prepared.value });
    systems.set(configurationId, { environment: prepared.value, model });
  }
  return succeed(systems);
}

function experimentsOf(trials: readonly TrialSpec[], experiments: ReadonlyMap<string, Experiment>): Experiment[] {
  return [...new Set(trials.map(({ experiment }) => experimentNamed(experiments, experiment)))];
}

/** @throws Error on an experiment that the plan lacks, an internal error. */
export function experimentNamed(experiments: ReadonlyMap<string, Experiment>, name: string): Experiment {
  const found = experiments.get(name);
  if (!found) throw new Error(`the plan has no experiment ${name}`);
  return found;
}

async function loadDatasets(
  request: SessionRequest,
  experiments: Map<string, Experiment>,
): Promise<Result<Map<string, Dataset>>> {
  const { world, plan, root, trials } = request;
  const datasets = new Map<string, Dataset>();
  const wanted = trials.map((spec) => {
    const workload = workloadOf(plan, experimentNamed(experiments, spec.experiment), spec.purpose);
    return { spec, workload, key: datasetKey(workload), requests: librarySize(workload, plan.study.fidelity) };
  });
  for (const { spec, workload, key } of wanted) {
    if (datasets.has(key)) continue;
    const samples = wanted.reduce((most, other) => (other.key === key ? Math.max(most, other.requests) : most), 0);
    const loaded = await loadDataset({ world, root, seed: spec.seeds.dataset, workload, samples });
    if (!loaded.ok) return loaded;
    const isAccuracy = spec.purpose === "accuracy";
    const fault = datasetFault(loaded.value, workload, { fidelity: plan.study.fidelity, isAccuracy });
    if (fault !== null) return { ok: false, problem: fault };
    datasets.set(key, loaded.value);
  }
  return succeed(datasets);
}

/** By declaration, which all experiments of a workload share. */
async function loadTraces(
  { world, plan, root, trials }: SessionRequest,
  experiments: Map<string, Experiment>,
): Promise<Result<Map<ArrivalDeclaration, Float64Array>>> {
  const traces = new Map<ArrivalDeclaration, Float64Array>();
  for (const spec of trials) {
    const experiment = experimentNamed(experiments, spec.experiment);
    const { arrivals, counts } = workloadOf(plan, experiment, spec.purpose);
    if (arrivals?.kind !== "trace" || traces.has(arrivals)) continue;
    const loaded = await loadTrace(arrivals, { world, root, requests: counts[spec.fidelity].requests });
    if (!loaded.ok) return loaded;
    traces.set(arrivals, loaded.value);
  }
  return succeed(traces);
}
