import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { designKinds } from "../src/design/index.ts";
import { jsonSchemas } from "../src/matrix/yaml/json-schemas.ts";
import type { Json } from "../src/schema/json.ts";
import { repository } from "./support/cli.ts";
import { plannedMatrix } from "./support/planned-matrix.ts";

const folder = "tests/fixtures/language/matrices";
const furtherFolder = "tests/fixtures/language/further";

interface Case {
  experiments: number;
  /** Settings of an experiment, by its name. */
  has: { [experiment: string]: { [setting: string]: Json } };
  /** What of the author's wish the matrix leaves out. */
  without?: string;
}

/** Definitions that people of the field published, and what each is to plan. */
const cases: { [name: string]: Case } = {
  "vllm-sweeps": {
    experiments: 18,
    has: {
      "s256t4k·512-128": { max_num_seqs: 256, max_num_batched_tokens: 4096, "dataset.input_tokens": 512 },
      "s32t1k·128-32": { max_num_seqs: 32, max_num_batched_tokens: 1024, "dataset.output_tokens": 32 },
    },
  },
  "serving-tests": {
    experiments: 105,
    has: {
      "serve@llama70b@i2048o128·c200": { tensor_parallel_size: 4, "sut.model": "meta-llama/Llama-3.3-70B-Instruct" },
      "serve@gemma2b@sharegpt·c12": { dtype: "bfloat16", "load.concurrency": 12 },
    },
  },
  "throughput-tests": { experiments: 3, has: { "offline@mixtral": { load_format: "dummy", tensor_parallel_size: 2 } } },
  images: { experiments: 1, has: { base: { limit_mm_per_prompt: { image: 2 } } } },
  "cpu-offload": {
    experiments: 3,
    has: { lmcache: { kv_offloading_backend: "lmcache", kv_offloading_size: 80 } },
  },
  "disagg-benchmarks": {
    experiments: 8,
    has: { "1p1d·r8": { prefill_replicas: 1, decode_replicas: 1 }, "chunked-pair·r2": { prefill_replicas: 0 } },
  },
  structured: { experiments: 12, has: { "auto@all·r60": { "load.rate": 60 } } },
  "inferencex-gptoss": {
    experiments: 34,
    has: {
      tp8·c16·8k1k: { tensor_parallel_size: 8, max_model_len: 9472 },
      tp1·c128·1k1k: { max_model_len: 2304 },
    },
  },
  "inferencex-dsv4": {
    experiments: 10,
    has: {
      dep8·c256: { data_parallel_size: 8, enable_expert_parallel: true, max_num_batched_tokens: 16384 },
      tep8·c16: { tensor_parallel_size: 8, enable_expert_parallel: true },
    },
  },
  "srt-slurm": { experiments: 3, has: { "1p1d·c1024": { prefill_tp: 8, decode_tp: 8 } } },
  "llmd-pd": { experiments: 24, has: { "p4x2-d1x8·c256": { prefill_replicas: 4, prefill_tp: 2, decode_tp: 8 } } },
  "llmd-priority": { experiments: 2, has: { priority: { scheduling_policy: "priority" } } },
  "llmd-multiturn": { experiments: 5, has: { base·c512: { "load.concurrency": 512 } } },
  bimodal: { experiments: 2, has: { base·r2: { "load.rate": 2 } } },
  "circuit-breaker": {
    experiments: 5,
    has: { base·r32: { "load.rate": 32 } },
    without:
      "stages whose rates follow from the saturation that was found: a peak finds it, and a person writes them down",
  },
  ome: { experiments: 45, has: { "service·c256·d7800-200": { "dataset.input_tokens": 7800 } } },
  lmcache: {
    experiments: 2,
    has: { lmcache: { kv_transfer_config: { kv_connector: "LMCacheConnectorV1", kv_role: "kv_both" } } },
  },
  "sglang-blog": {
    experiments: 27,
    has: {
      "serve@vllm@online·r16": { tensor_parallel_size: 8, "load.rate": 16 },
      "serve@other@off4k1k": { "sut.engine": "other-engine", tp: 8 },
      "serve@third@online·r1": { "sut.engine": "third-engine", tp_size: 8 },
    },
  },
  ado: {
    experiments: 1080,
    has: {
      "tok32768·seqs64@v33·in4096·r10": { max_num_batched_tokens: 32768, max_num_seqs: 64, "sut.version": "0.33.0" },
    },
    without: "types of GPUs and sizes of the machine's memory, which no study changes",
  },
  "psap-grid": {
    experiments: 55,
    has: { "tok96000·gmu0.95·block32·long_prefill_token_threshold=11500": { block_size: 32 } },
    without: "a search over ranges; this is their grid",
  },
  optimum: { experiments: 14, has: { graphs·bs64: { enforce_eager: false, "load.batch_size": 64 } } },
  aiperf: { experiments: 10, has: { service·c10000: { "load.concurrency": 10000 } } },
  "ray-lora": {
    experiments: 3,
    has: { cpu32: { max_loras: 4, max_cpu_loras: 32 } },
    without: "three routers in front of several replicas",
  },
  "ray-2p6d": {
    experiments: 4,
    has: { "2p6d·c128": { prefill_replicas: 2, decode_replicas: 6 } },
  },
  adaptive: { experiments: 10, has: { d2t2p2: { data_parallel_size: 2, tensor_parallel_size: 2 } } },
  specforge: {
    experiments: 32,
    has: {
      "k5@gsm8k·c64": {
        speculative_config: {
          method: "eagle3",
          model: "yuhuili/EAGLE3-LLaMA3.1-Instruct-8B",
          num_speculative_tokens: 5,
        },
      },
    },
  },
};

/** Further definitions of the field, and what each is to plan. */
const further: { [name: string]: Case } = {
  aiconfigurator: { experiments: 4, has: { dp2b64: { data_parallel_size: 2, "load.concurrency": 64 } } },
  "azure-traces": { experiments: 16, has: { "tp4@conv·speed=4": { "arrivals.speed": 4 } } },
  burstiness: { experiments: 26, has: { "priority@gamma·r8·burstiness=0.25": { "load.rate": 8 } } },
  "cancelled-share": { experiments: 4, has: { "base·share=0.5": { "cancel.share": 0.5 } } },
  "dynamo-profile": {
    experiments: 80,
    has: { "tp8@decode·in32000·c64": { "dataset.input_tokens": 32000, "load.concurrency": 64 } },
  },
  "guidellm-sweep": {
    experiments: 10,
    has: { "baseline@rates·r15": { "load.rate": 15 } },
    without: "rates that follow from the two first points: a person writes them down",
  },
  "latency-suite": { experiments: 3, has: { "baseline@70b": { load_format: "dummy", tensor_parallel_size: 4 } } },
  "llama-bench": {
    experiments: 436,
    has: {
      "n_threads=16·n_gpu_layers=99·flash_attn=on·b2048·cache_type_k=q4_0@tg128·in16384": { n_ubatch: 512 },
    },
  },
  "llmd-treatments": {
    experiments: 9,
    has: { precise·in7000·out1000: { "dataset.output_tokens": 1000 } },
    without: "other configurations of the gateway, each of which is a service of its own",
  },
  "mlperf-scenarios": { experiments: 4, has: { "server@server": { max_num_seqs: 256 } } },
  "mooncake-trace": { experiments: 2, has: { apc: { enable_prefix_caching: true } } },
  "nightly-release": { experiments: 8, has: { "nightly@70b@r4": { tensor_parallel_size: 4 } } },
  "power-cap": { experiments: 19, has: { "300w·seqs512": { "sut.before_launch": [["nvidia-smi", "-pl", "300"]] } } },
  "prefix-repetition": { experiments: 6, has: { "apc·prefix_groups=1000": { "dataset.prefix_groups": 1000 } } },
  reasoning: {
    experiments: 4,
    has: { "no-thinking·c8": { "extra_body.chat_template_kwargs.enable_thinking": false } },
  },
  "rocm-aiter": { experiments: 90, has: { "aiter·fp8·bs256·2048-128": { "env.NCCL_MIN_NCHANNELS": "112" } } },
  "sampling-cost": { experiments: 6, has: { penalty: { "extra_body.repetition_penalty": 1.1 } } },
  sarathi: { experiments: 18, has: { "c512@yi@arxiv": { tensor_parallel_size: 2, max_num_batched_tokens: 512 } } },
  "sglang-hicache": { experiments: 4, has: { "ratio2-wb": { hicache_write_policy: "write_back" } } },
  "sglang-speculation": {
    experiments: 80,
    has: { "speculative_num_steps=7·speculative_eagle_topk=8·c16": { speculative_num_draft_tokens: 57 } },
  },
  startup: { experiments: 13, has: { "load_format=fastsafetensors·tp2·mode=3": { compilation_config: { mode: 3 } } } },
  "structured-kinds": {
    experiments: 27,
    has: { "backend=outlines·c64·choice": { "extra_body.structured_outputs": { choice: ["yes", "no"] } } },
  },
  "trtllm-bench": { experiments: 13, has: { tp8·i20000o2000: { max_batch_size: 64, tensor_parallel_size: 8 } } },
  "working-set": { experiments: 21, has: { "cpu100·prefix_groups=640": { kv_offloading_size: 100 } } },
};

/** Published definitions that have no matrix, and why. */
const notSayable = {
  "cloudai-vllm": "an engine over two or four nodes is launched by no matrix, and a study has no limit on its time",
  "krai-mlperf": "there is no ruleset for Llama 2 70B, and vLLM 0.6.4 lacks flags that Ceteris passes",
};

const namesIn = (path: string): string[] =>
  readdirSync(join(repository, path))
    .map((file) => file.replace(".yaml", ""))
    .toSorted();

it("are 28: these, and those that cannot be said", () => {
  expect(namesIn(folder)).toEqual(Object.keys(cases).toSorted());
  expect(Object.keys(cases).length + Object.keys(notSayable).length).toBe(28);
  expect(Object.values(cases).filter(({ without }) => without === undefined).length).toBeGreaterThanOrEqual(20);
});

it("are joined by further ones", () => {
  expect(namesIn(furtherFolder)).toEqual(Object.keys(further).toSorted());
});

const ofMatrix = new Ajv2020({ strict: false }).compile(
  jsonSchemas(designKinds)["schemas/matrix.schema.json"] as object,
);

const all = [
  ...Object.entries(cases).map(([name, one]) => ({ path: `${folder}/${name}.yaml`, ...one })),
  ...Object.entries(further).map(([name, one]) => ({ path: `${furtherFolder}/${name}.yaml`, ...one })),
];

describe.each(all)("$path", ({ path, experiments, has }) => {
  it("plans what its author wanted", () => {
    const { expansion, diagnostics } = plannedMatrix(path);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(expansion.experiments).toHaveLength(experiments);
    for (const [experiment, settings] of Object.entries(has)) {
      const found = expansion.experiments.find(({ labels }) => labels.name === experiment);
      expect(
        found?.knobs,
        `${experiment} of ${expansion.experiments.map(({ labels }) => labels.name).join(" ")}`,
      ).toMatchObject(settings);
    }
  });

  it("is one for an editor, as it is written", () => {
    ofMatrix(parse(readFileSync(join(repository, path), "utf8")));
    expect(ofMatrix.errors ?? []).toEqual([]);
  });
});
