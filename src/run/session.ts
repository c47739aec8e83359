import { join } from "node:path";
import { workloadWith } from "../design/index.ts";
import { loadDataset, loadTrace } from "../dataset/index.ts";
import {
  cacheFolderOf,
  checkModel,
  prepareEnvironment,
  type CheckedModel,
  type PreparedEnvironment,
} from "../engine/index.ts";
import type { RunEvent } from "../schema/event.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { canonicalJson } from "../schema/json.ts";
import type { Plan } from "../schema/plan.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Dataset } from "../schema/sample.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { ArrivalDeclaration, Workload } from "../schema/workload.ts";
import type { World } from "../world/world.ts";

/** All that the trials of one `run` share; made, and failed, before anything is measured. */
export interface Session {
  world: World;
  plan: Plan & { expansion: Expansion };
  root: string;
  resultsFolder: string;
  studyFolder: string;
  cacheFolder: string;
  environment: PreparedEnvironment;
  model: CheckedModel;
  experiments: Map<string, Experiment>;
  /** Sent to the engine as a bearer token; never stored. */
  apiKey: string | null;
  dataset(workload: Workload): Dataset;
  /** Arrivals of the workload's trace in seconds from the first; undefined where it replays none. */
  traceS(workload: Workload): Float64Array | undefined;
  report(event: RunEvent): void;
  signal: AbortSignal;
}

export interface SessionRequest {
  world: World;
  plan: Plan & { expansion: Expansion };
  root: string;
  resultsFolder: string;
  trials: TrialSpec[];
  apiKey?: string | null;
  report(event: RunEvent): void;
  signal: AbortSignal;
}

/** Environment, model and datasets, looked at before the first trial. The first that is missing is the answer. */
export async function openSession(request: SessionRequest): Promise<Result<Session>> {
  const { world, plan } = request;
  const { study } = plan;
  const cacheFolder = cacheFolderOf(world);
  const experiments = new Map(plan.experiments.map((experiment) => [experiment.labels.name, experiment]));

  const datasets = await loadDatasets(request, experiments);
  if (!datasets.ok) return datasets;
  const traces = await loadTraces(request, experiments);
  if (!traces.ok) return traces;
  const model = await checkModel(world, {
    model: study.model,
    revision: study.revision,
    workingFolder: request.root,
    dummyWeights: study.baseline.knobs["load_format"] === "dummy",
    simulated: study.engine.origin === "simulated",
    attached: study.engine.environment.kind === "endpoint",
  });
  if (!model.ok) return model;
  const environment = await prepareEnvironment(world, study.engine, {
    cacheFolder,
    onProgress: (message) => request.report({ type: "notice", code: "environment", message }),
  });
  if (!environment.ok) return environment;

  return succeed({
    world,
    plan,
    root: request.root,
    resultsFolder: request.resultsFolder,
    studyFolder: join(request.resultsFolder, study.name),
    cacheFolder,
    environment: environment.value,
    model: model.value,
    experiments,
    apiKey: request.apiKey ?? null,
    dataset(workload) {
      const found = datasets.value.get(datasetKey(workload));
      if (!found) throw new Error(`no dataset was loaded for ${workload.name}`);
      return found;
    },
    traceS: (workload) => (workload.arrivals === null ? undefined : traces.value.get(workload.arrivals)),
    report: (event) => request.report(event),
    signal: request.signal,
  });
}

/** The workload that a trial runs: the experiment's own, or the study's accuracy workload with the experiment's load knobs. */
export function workloadOf(plan: Plan, experiment: Experiment, purpose: TrialSpec["purpose"]): Workload {
  return purpose === "accuracy" && plan.study.accuracy
    ? workloadWith(plan.study.accuracy, experiment.knobs)
    : experiment.workload;
}

/** How many requests a trial measures: the fidelity's count; an accuracy trial asks each sample once at most. */
export function requestsOf(workload: Workload, spec: TrialSpec, dataset: Dataset): number {
  const { requests } = workload.counts[spec.fidelity];
  return spec.purpose === "accuracy" ? Math.min(requests, dataset.samples.length) : requests;
}

async function loadDatasets(
  request: SessionRequest,
  experiments: Map<string, Experiment>,
): Promise<Result<Map<string, Dataset>>> {
  const { world, plan, root, trials } = request;
  const datasets = new Map<string, Dataset>();
  for (const spec of trials) {
    const experiment = experiments.get(spec.experiment);
    if (!experiment) throw new Error(`the plan has no experiment ${spec.experiment}`);
    const workload = workloadOf(plan, experiment, spec.purpose);
    const key = datasetKey(workload);
    if (datasets.has(key)) continue;
    const samples = workload.counts[plan.study.fidelity].requests;
    const loaded = await loadDataset({ world, root, seed: plan.study.seed, workload, samples });
    if (!loaded.ok) return loaded;
    if (spec.purpose === "accuracy" && !loaded.value.hasReferences) {
      return fail(
        "no-references",
        `${loaded.value.name} has no references, so accuracy cannot be scored`,
        "Take a dataset with references for accuracy, or leave accuracy out of the matrix.",
      );
    }
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
    const experiment = experiments.get(spec.experiment)!;
    const { arrivals, counts } = workloadOf(plan, experiment, spec.purpose);
    if (arrivals?.kind !== "trace" || traces.has(arrivals)) continue;
    const loaded = await loadTrace(arrivals, { world, root, requests: counts[spec.fidelity].requests });
    if (!loaded.ok) return loaded;
    traces.set(arrivals, loaded.value);
  }
  return succeed(traces);
}

/** Workloads that ask the same of the same data share it. */
function datasetKey(workload: Workload): string {
  const { dataset, selection, prompt, sampling } = workload;
  return canonicalJson({ dataset, selection, prompt, max_tokens: sampling.max_tokens });
}
