import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";
import { selectMetrics } from "../../src/engine/select-metrics.ts";
import { phaseClock } from "../../src/engine/start-phases.ts";
import { loadEngine } from "../../src/matrix/index.ts";
import { isClientKnob } from "../../src/schema/knob.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const fixtures = `${root}/tests/fixtures/vllm`;
const read = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

function engineNamed(name: string) {
  const { engine, diagnostics } = loadEngine({ name, read, sutFolders: [`${root}/sut`], root });
  if (engine === null) throw new Error(JSON.stringify(diagnostics));
  return { engine, diagnostics };
}

const { engine: vllm } = engineNamed("vllm");
const logs = (folder: string) =>
  readdirSync(`${fixtures}/${folder}`).map((file) => [file, read(`${fixtures}/${folder}/${file}`) ?? ""] as const);
const unclassified = { class: "not in the table", hint: "" };

it.each(["vllm", "vllm-cpu", "simulated"])("sut/%s.yaml loads without a diagnostic", (name) => {
  const { engine, diagnostics } = engineNamed(name);
  expect(diagnostics).toEqual([]);
  expect(engine.version).toBe("0.32.0");
  expect(engine.always.slice(0, 3)).toEqual(["--fail-on-environ-validation", "--generation-config", "vllm"]);
  expect(engine.knobs["max_num_seqs"]?.flag).toBe("--max-num-seqs");
});

it.each(["vllm", "vllm-cpu", "simulated", "sglang", "tensorrt-llm", "mlx", "mlx-cpu"])(
  "sut/%s.yaml speaks of knobs that it has",
  (name) => {
    const { engine } = engineNamed(name);
    const named = [
      ...engine.couplings.map(({ knob }) => knob),
      ...engine.couplings.flatMap(({ when }) => when ?? []).map(({ knob }) => knob),
      ...engine.cannotRun.flatMap(({ when }) => when).map(({ knob }) => knob),
      ...engine.inert.flatMap(({ knob, beside }) => [knob, ...beside.map((condition) => condition.knob)]),
      ...(Array.isArray(engine.gpus) ? engine.gpus : []),
      ...engine.changesOutputs,
      ...(engine.modelLength ? [engine.modelLength.knob] : []),
      ...(engine.prefixCache ? [engine.prefixCache] : []),
      ...(engine.inFlight ? [engine.inFlight.knob] : []),
    ];
    const has = (setting: string) => {
      const [knob = "", ...path] = setting.split(".");
      return knob in engine.knobs && (path.length === 0 || path.join(".") in (engine.knobs[knob]?.members ?? {}));
    };
    expect(named.filter((knob) => !isClientKnob(knob) && !knob.startsWith("env.") && !has(knob))).toEqual([]);
    const incomplete = Object.entries(engine.knobs).filter(([, { flag }]) => flag === undefined);
    expect(incomplete, "an extending file named a knob that vLLM lacks").toEqual([]);
  },
);

it("sut/endpoint.yaml asks a server as sut/vllm.yaml does", () => {
  const { metricNames, metricsPath, tokenize, versionProbe } = engineNamed("endpoint").engine;
  expect({ metricNames, metricsPath, tokenize, versionProbe }).toEqual({
    metricNames: vllm.metricNames,
    metricsPath: vllm.metricsPath,
    tokenize: vllm.tokenize,
    versionProbe: vllm.versionProbe,
  });
});

describe("failures of the real vLLM", () => {
  /** By file: the class, and what its line says. */
  const expected: Record<string, [string, string]> = {
    "bad_int.txt": ["bad-value", "argument --max-num-seqs: invalid int value"],
    "bad_spec_json.txt": ["bad-value", "argument --speculative-config/-sc"],
    "batched_lt_seqs.txt": ["batch-limits", "must be greater than or equal to max_num_seqs (16)"],
    "batched_tokens.txt": ["batch-limits", "max_num_batched_tokens (512) is smaller than max_model_len (2048)"],
    "dtype_bad.txt": ["bad-value", "invalid choice: 'float64'"],
    "engine_killed.txt": ["engine-died", "engine core exited unexpectedly"],
    "hub_model.txt": ["model-unreachable", "Name or service not known"],
    "invalid_choice.txt": ["bad-value", "invalid choice: 'fp3'"],
    "kv_blocks_1.txt": ["kv-cache-no-room", "No available memory for the cache blocks"],
    "kv_blocks_4.txt": ["kv-cache-too-small", "To serve at least one request with the model's max seq len (2048)"],
    "kv_bytes_small.txt": ["bad-value", "invalid literal for int() with base 10: ''"],
    "kv_bytes_small2.txt": ["kv-cache-too-small", "the estimated maximum model length is 256"],
    "kv_space_huge.txt": ["cpu-memory", "less than requested memory for kv (500.0 GiB)"],
    "kv_space_nonint.txt": ["bad-value", "invalid literal for int() with base 10: '0.5'"],
    "kv_space_zero.txt": ["kv-cache-no-room", "No available memory for the cache blocks"],
    "max_model_len.txt": ["length-over-model", "User-specified max_model_len (4096)"],
    "no_model.txt": ["model-not-found", "Repo id must be in the form"],
    "no_weights.txt": ["weights-missing", "Cannot find any model weights with"],
    "port_in_use.txt": ["port-in-use", "Address already in use"],
    "quant_awq_noconfig.txt": ["quantization-mismatch", "Cannot find the config file for awq"],
    "removed_flag.txt": ["unknown-flag", "unrecognized arguments: --num-scheduler-steps 2"],
    "tp2.txt": ["parallelism", "Not enough allowed NUMA nodes"],
    "unknown_flag.txt": ["unknown-flag", "unrecognized arguments: --no-such-flag"],
    "unknown_quant.txt": ["quantization-unknown", "Unknown quantization method: nosuchquant"],
    "worker_killed.txt": ["worker-died", "Worker proc VllmWorker-0 died unexpectedly"],
    "zero_seqs.txt": ["configuration-refused", "greater than or equal to 1"],
  };

  it("has an expectation for every recorded failure", () => {
    expect(logs("failures").map(([file]) => file)).toEqual(Object.keys(expected).toSorted());
  });

  it.each(logs("failures"))("%s is known by its earliest telling line", (file, log) => {
    const failure = classify(vllm.failures, log, unclassified);
    expect([failure.class, failure.message]).toEqual([
      expected[file]?.[0],
      expect.stringContaining(expected[file]?.[1] ?? ""),
    ]);
    expect(failure.hint.length).toBeGreaterThan(20);
  });

  it.each(logs("healthy"))("%s, a server that ran and was stopped, is none", (_file, log) => {
    expect(classify(vllm.failures, log, unclassified).class).toBe("not in the table");
  });

  it.each([
    [
      "gpu-memory-busy",
      "ValueError: Free memory on device cuda:0 (3.1/79.1 GiB) on startup is less than desired GPU memory utilization (0.92, 72.8 GiB).",
    ],
    ["out-of-memory", "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."],
    ["gated-model", "huggingface_hub.errors.GatedRepoError: 401 Client Error."],
    ["gated-model", "OSError: You are trying to access a gated repo."],
    [
      "quantization-unsupported",
      "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89.",
    ],
    ["no-kernel", "ValueError: Failed to find a kernel that can implement the WNA16 linear layer."],
    [
      "attention-backend",
      "ValueError: Selected backend AttentionBackendEnum.FLASHINFER is not valid for this configuration. Reason: ['x']",
    ],
    ["parallelism", "Value error, World size (8) is larger than the number of available GPUs (1) in this node."],
    [
      "speculation-with-async-scheduling",
      "Value error, Currently, async scheduling is only supported with EAGLE/MTP kind of speculative decoding",
    ],
    ["unknown-environment-variable", "ValueError: Unknown vLLM environment variable detected: VLLM_ATTENTION_BACKEND"],
    [
      "engine-start-failed",
      "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}",
    ],
  ])("%s: words of vLLM's source", (name, line) => {
    expect(classify(vllm.failures, line, unclassified).class).toBe(name);
  });
});

function phasesOf(file: string): string[] {
  const clock = phaseClock(vllm.phases);
  for (const [index, line] of (read(`${fixtures}/healthy/${file}`) ?? "").split("\n").entries())
    clock.line(line, index);
  return clock.phases().map(({ id }) => id);
}

describe("phases of a start", () => {
  it("of an eager vLLM on the CPU, which loads no weights and compiles nothing", () => {
    expect(phasesOf("eager.txt")).toEqual([
      "process-start",
      "configuration",
      "workers",
      "kv-cache",
      "engine",
      "server",
    ]);
  });

  it("of a compiled one", () => {
    expect(phasesOf("compiled.txt")).toEqual([
      "process-start",
      "configuration",
      "workers",
      "compilation",
      "kv-cache",
      "engine",
      "server",
    ]);
  });

  it("of one on a GPU, in the order of the file", () => {
    expect(phasesOf("gpu_0.17.1.txt")).toEqual([
      "process-start",
      "configuration",
      "workers",
      "weights",
      "compilation",
      "kv-cache",
      "cuda-graphs",
      "engine",
    ]);
  });
});

it("finds its metrics in a page of vLLM 0.32.0", () => {
  const page = read(`${fixtures}/metrics.txt`) ?? "";
  const found = selectMetrics(page, vllm.metricNames);
  expect(Object.keys(vllm.metricNames).filter((name) => !(name in found))).toEqual([
    // Only where the engine speculates.
    "spec_drafts",
    "spec_draft_tokens",
    "spec_accepted_tokens",
  ]);
  expect(found).toMatchObject({ waiting: 0, prompt_tokens: 28, generation_tokens: 25, requests_length: 6 });
});
