import type { Experiment } from "../../src/schema/experiment.ts";
import { accuracyKey, configurationId, experimentId, trialId, workloadIdentity } from "../../src/schema/ids.ts";
import type { Json } from "../../src/schema/json.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Launch } from "../../src/schema/launch.ts";
import type { Measurement, Statistic } from "../../src/schema/measurement.ts";
import type { Purpose } from "../../src/schema/trial-spec.ts";
import type { Trial, Verdict } from "../../src/schema/trial.ts";
import type { Fidelity } from "../../src/schema/fidelity.ts";
import { plainRequests } from "../../src/schema/plain-requests.ts";
import type { Workload } from "../../src/schema/workload.ts";

export const fakeWorkload: Workload = {
  name: "cnn-dailymail-offline",
  scenario: "offline",
  endpoint: "completions",
  prompt: "text",
  dataset: { kind: "cnn-dailymail" },
  selection: {},
  sampling: { temperature: 0, top_p: 1, top_k: 1, seed: 42, max_tokens: 128, min_tokens: 1, ignore_eos: false },
  load: {},
  ...plainRequests,
  arrivals: null,
  warmupRequests: 4,
  cache: "reset",
  deadlineS: 600,
  counts: {
    smoke: { requests: 16 },
    screen: { requests: 400 },
    valid: { requests: 13368 },
    submission: { requests: 13368 },
  },
};

/** An experiment as a design makes it, with ids that are really hashed. */
export function fakeExperiment(
  name: string,
  position: number,
  knobs: Assignment,
  options: { label?: string; skip?: string; workload?: Partial<Workload> } = {},
): Experiment {
  const configuration = { engine: "fake", model: "example/tiny-8b", knobs } as Json;
  const workload = { ...fakeWorkload, ...options.workload };
  const identity = { configuration, workload: workloadIdentity(workload) };
  return {
    id: experimentId(identity),
    configurationId: configurationId(configuration),
    accuracyKey: accuracyKey(configuration, workload),
    identity,
    knobs,
    workload,
    labels: { name, row: name, label: options.label ?? name, workload: workload.name, position },
    skip: options.skip ?? null,
  };
}

export interface FakeTrialOptions {
  replicate?: number;
  attempt?: number;
  purpose?: Purpose;
  fidelity?: Fidelity;
  status?: Verdict["status"];
  reason?: string;
  verdict?: Partial<Verdict>;
  throughput?: number | null;
  rouge1?: number;
  origin?: Trial["origin"];
  launchId?: string | null;
  resolvedId?: string | null;
  resolved?: Trial["resolved"];
  resolvedConfiguration?: Trial["resolvedConfiguration"];
  standIn?: string | null;
}

/** A trial that found other facts of its machine, engine, model or data. */
export function foundIn(
  trial: Trial,
  facts: Partial<Record<"host" | "engine" | "model" | "dataset", { [fact: string]: Json }>> & {
    gpus?: { [fact: string]: Json };
  },
): Trial {
  const known = trial.provenance!;
  return {
    ...trial,
    provenance: {
      ...known,
      host: { ...known.host, ...facts.host },
      engine: { ...known.engine, ...facts.engine },
      model: { ...known.model, ...facts.model },
      dataset: { ...known.dataset, ...facts.dataset },
      gpus: known.gpus.map((gpu) => ({ ...gpu, ...facts.gpus })),
    },
  };
}

/** A trial with figures of its own beside the usual ones, or in their place. */
export function withFigures(trial: Trial, figures: readonly [string, Statistic, number | null][]): Trial {
  const given = new Set(figures.map(([metric, stat]) => `${metric} ${stat}`));
  return {
    ...trial,
    measurements: [
      ...trial.measurements.filter(({ metric, stat }) => !given.has(`${metric} ${stat}`)),
      ...figures.map(([metric, stat, value]) => row(metric, stat, "1", value, value === null ? "not measured" : null)),
    ],
  };
}

/** A trial of an experiment; figures follow from `throughput` (tokens a second), latencies inversely. */
export function fakeTrial(experiment: Experiment, options: FakeTrialOptions = {}): Trial {
  const { replicate = 1, attempt = 1, purpose = "performance", fidelity = "valid", throughput = 1000 } = options;
  const id = trialId({ experimentId: experiment.id, purpose, fidelity, replicate, attempt });
  const status = options.status ?? "VALID";
  return {
    format: "ceteris.trial/1",
    study: "fake-study",
    spec: {
      trialId: id,
      experimentId: experiment.id,
      experiment: experiment.labels.name,
      purpose,
      fidelity,
      block: replicate,
      position: experiment.labels.position + 100 * replicate + (purpose === "accuracy" ? 50 : 0),
      replicate,
      attempt,
      launchKey: id,
      seeds: { order: 1, load: 2, dataset: 3 },
    },
    labels: experiment.labels,
    origin: options.origin ?? "measured",
    standIn: options.standIn ?? null,
    configurationId: experiment.configurationId,
    accuracyKey: experiment.accuracyKey,
    identity: experiment.identity,
    knobs: experiment.knobs,
    launchId: options.launchId === undefined ? `launch-${id}` : options.launchId,
    resolvedId: options.resolvedId === undefined ? `res1_${experiment.configurationId.slice(5)}` : options.resolvedId,
    resolved: options.resolved ?? [],
    resolvedConfiguration: options.resolvedConfiguration ?? null,
    provenance: {
      host: { hostname: "bench-1", cpuModel: "Example CPU", cpus: 16, memoryBytes: 128e9, kernel: "6.1.0" },
      gpus: [{ name: "Example H100", uuid: "GPU-1", driver: "570.1", memoryTotalMib: 81_559 }],
      engine: { name: "fake", version: "0.32.0", packages: { torch: "2.10.0", transformers: "4.57.6" } },
      model: { name: "example/tiny-8b", commit: "abc123" },
      dataset: { name: "cnn-dailymail", sha256: "0".repeat(64), samples: 13368 },
      ceteris: { version: "0.1.0", commit: "deadbeef", node: "v26.10.0" },
      missing: [{ fact: "gpu clocks", why: "nvidia-smi is not there" }],
    },
    startedAt: `2026-01-01T0${replicate}:00:00.000Z`,
    endedAt: `2026-01-01T0${replicate}:10:00.000Z`,
    phases: [
      { id: "launch", tookS: 40 },
      { id: "load", tookS: 600 },
    ],
    measurements: throughput === null ? [] : fakeMeasurements(purpose, throughput, options.rouge1 ?? 38.78),
    verdict: {
      status,
      reason: options.reason ?? (status === "VALID" ? "every check passed" : `${status} on purpose`),
      checks: [],
      failure: null,
      rulesetId: null,
      ...options.verdict,
    },
  };
}

const row = (
  metric: string,
  stat: Statistic,
  unit: string,
  value: number | null,
  why: string | null = null,
): Measurement => ({
  metric,
  stat,
  unit,
  value,
  why,
  n: 400,
  rule: stat.startsWith("p") ? "linear" : "",
  source: "client",
});

/** With the interval that many answers give it: ±0.2 %. */
const score = (metric: string, value: number): Measurement => ({
  ...row(metric, "mean", "%", value),
  interval: { lower: value * 0.998, upper: value * 1.002, method: "fake" },
});

function fakeMeasurements(purpose: Purpose, throughput: number, rouge1: number): Measurement[] {
  if (purpose === "accuracy") {
    return [
      score("rouge1", rouge1),
      score("rouge2", rouge1 * 0.41),
      score("rougeL", rouge1 * 0.63),
      score("rougeLsum", rouge1 * 0.92),
    ];
  }
  return [
    row("output_throughput", "value", "tok/s", throughput),
    row("request_throughput", "value", "req/s", throughput / 128),
    row("ttft", "p50", "ms", 60_000 / throughput),
    row("ttft", "p99", "ms", null, "300 requests, p99 needs 368"),
    row("tpot", "p50", "ms", 6_000 / throughput),
    row("e2e", "p50", "ms", 850_000 / throughput),
    row("e2e", "p99", "ms", 1_690_000 / throughput),
  ];
}

export function fakeLaunch(trial: Trial, ordinal: number): Launch {
  return {
    format: "ceteris.launch/1",
    id: trial.launchId ?? "none",
    ordinal,
    study: trial.study,
    engine: "fake",
    origin: trial.origin === "simulated" ? "simulated" : "measured",
    configurationId: trial.configurationId,
    argv: ["vllm", "serve", "example/tiny-8b", "--port", "8123", "--note", "two words"],
    environmentNames: ["PATH", "HF_TOKEN"],
    environmentValues: [{ name: "PATH", value: "/usr/bin" }],
    port: 8123,
    url: "http://127.0.0.1:8123",
    processGroup: { pid: 4242, startTicks: 77 },
    members: [],
    startedAt: trial.startedAt,
    endedAt: trial.endedAt,
    cold: ordinal === 1,
    phases: [
      { id: "weights", atS: 5, tookS: 5 },
      { id: "ready", atS: 38.5, tookS: 33.5 },
    ],
    readyAfterS: 38.5,
    exit: { code: 0, signal: null },
    resolvedConfiguration: trial.resolvedConfiguration,
    engineVersion: "0.32.0",
    resolvedId: trial.resolvedId,
    failure: null,
    cacheResets: [{ path: "/reset_prefix_cache", ok: true, detail: "200" }],
  };
}
