import type { Engine } from "../../src/schema/engine.ts";
import type { Design } from "../../src/schema/design.ts";
import type { Study } from "../../src/schema/study.ts";
import { plainRequests } from "../../src/schema/plain-requests.ts";
import type { Workload } from "../../src/schema/workload.ts";

/** A small engine that no file describes: enough for what is pure. */
export function makeEngine(changes: Partial<Engine> = {}): Engine {
  return {
    name: "test-engine",
    title: "Test engine",
    version: "1.0.0",
    origin: "measured",
    environment: { kind: "path", executable: "engine" },
    environmentLock: null,
    folder: "/sut",
    command: ["{executable}", "serve", "{model}", "--port", "{port}"],
    always: [],
    revisionFlag: null,
    variables: {},
    privateFolders: {},
    passThrough: [],
    devicesVariable: null,
    readiness: { path: "/health", stalledAfterS: 600 },
    versionProbe: null,
    phases: [],
    resolved: null,
    cacheReset: [],
    metricsPath: null,
    metricNames: {},
    tokenize: null,
    ownCores: false,
    dummyWeights: null,
    requestFields: {},
    finishReasons: [],
    inFlight: null,
    modelLength: null,
    prefixCache: null,
    gpus: [],
    changesOutputs: ["quantization"],
    failures: [],
    couplings: [],
    cannotRun: [],
    inert: [],
    standIn: null,
    knobs: {
      max_num_seqs: { flag: "--max-num-seqs", type: "int", min: 1 },
      quantization: { flag: "--quantization", type: "choice", values: ["fp8", "awq"] },
      max_model_len: { flag: "--max-model-len", type: "int", min: 1 },
      enforce_eager: { flag: "--enforce-eager", type: "bool", default: false },
    },
    ...changes,
  };
}

export function makeWorkload(changes: Partial<Workload> = {}): Workload {
  return {
    name: "offline",
    scenario: "offline",
    endpoint: "completions",
    prompt: "tokens",
    dataset: { kind: "synthetic", profile: "chat" },
    selection: {},
    sampling: { temperature: 0, top_p: 1, top_k: 1, seed: 42, max_tokens: 128, min_tokens: 1, ignore_eos: false },
    load: {},
    ...plainRequests,
    arrivals: null,
    warmupRequests: 8,
    cache: "reset",
    deadlineS: 600,
    counts: {
      smoke: { requests: 64, seconds: 0, repeats: 1 },
      screen: { requests: 512, seconds: 10 },
      valid: { requests: 2048, seconds: 600 },
      submission: { requests: 2048, seconds: 600 },
    },
    ...changes,
  };
}

export function makeStudy(design: Design, changes: Partial<Study> = {}): Study {
  return {
    name: "test-study",
    question: "What does it do?",
    file: "matrices/test.yaml",
    engine: makeEngine(),
    engines: new Map(),
    declaredEngine: "test-engine",
    standIn: null,
    model: "org/model-8B",
    revision: null,
    tokenizer: null,
    version: "1.0.0",
    devices: [],
    extraArgs: [],
    baseline: { id: "baseline", label: "baseline", knobs: { max_num_seqs: 16 } },
    design,
    workloads: [makeWorkload()],
    systems: [],
    sweep: [],
    exclude: [],
    launch: "each",
    accuracy: null,
    accuracyNotApplicable: null,
    repeats: 3,
    order: "interleaved",
    seed: 7,
    fidelity: "screen",
    trialBudget: null,
    gates: [],
    peak: null,
    smallestEffect: 0.02,
    attribution: "mediated",
    guardrails: [],
    exclusions: [],
    locations: new Map(),
    ...changes,
  };
}
