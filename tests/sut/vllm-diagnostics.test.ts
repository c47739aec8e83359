import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { designKinds, expandStudy } from "../../src/design/index.ts";
import { lintStudy, loadStudy } from "../../src/matrix/index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** What `plan` says of a matrix on sut/vllm.yaml, as `severity code: message`. */
function said(parts: { sut?: string; knobs?: string; design?: string; images?: number }): string[] {
  const { sut = "", knobs = "", design = "{ kind: combination, factors: {} }", images } = parts;
  const made = images === undefined ? "" : `, images: { count: ${images}, size: [64, 64] }`;
  const text = `study: a
question: Why?
sut: { engine: vllm, model: org/m${sut} }
baseline: { knobs: { ${knobs} } }
design: ${design}
workloads: [{ endpoint: chat, dataset: { kind: synthetic, input_tokens: 64, output_tokens: 16${made} } }]
`;
  const read = (path: string) => {
    if (path === "/study/a.yaml") return text;
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  };
  const { study, diagnostics } = loadStudy({
    file: "a.yaml",
    root: "/study",
    read,
    designs: designKinds,
    sutFolders: [`${root}/sut`],
    overrides: {},
  });
  const linted = study === null ? [] : lintStudy(study, expandStudy(study));
  return [...diagnostics, ...linted].map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

function rows(...changes: string[]): string {
  return `{ kind: isolation, changes: [${changes.join(", ")}] }`;
}

describe("vLLM's speculation", () => {
  const eagle = (tokens: number) =>
    `{ id: k${tokens}, set: { speculative_config: { method: eagle3, model: org/draft, num_speculative_tokens: ${tokens} } } }`;
  const ngram = "{ id: ngram, set: { speculative_config: { method: ngram, num_speculative_tokens: 5 } } }";

  it("moves async scheduling with the methods that cannot have it, and not with EAGLE", () => {
    expect(said({ design: rows(eagle(2), eagle(3), eagle(5)) })).toEqual([]);
    expect(said({ design: rows(eagle(2), ngram) })).toEqual([
      expect.stringContaining("collateral: row `ngram`: changing `speculative_config` also moves async_scheduling"),
    ]);
    const pinned = said({ knobs: "async_scheduling: false", design: rows(ngram) });
    expect(pinned).toEqual([]);
  });

  it("cannot have it asked for beside them", () => {
    const [one] = said({ knobs: "async_scheduling: true", design: rows(ngram) });
    expect(one).toContain("error cannot-run: row `ngram`");
    expect(said({ knobs: "async_scheduling: true", design: rows(eagle(2)) })).toEqual([]);
  });

  it("has members that are checked", () => {
    const wrong = "{ id: a, set: { speculative_config: { method: ngran, num_speculative_token: 5 } } }";
    expect(said({ design: rows(wrong) })).toEqual([
      expect.stringContaining("error not-a-choice: `speculative_config.method` cannot be"),
      expect.stringContaining("error unknown-member: `speculative_config` of vllm 0.32.0 has no member"),
    ]);
    const graphs = "{ id: a, set: { compilation_config: { cudagraph_mod: FULL } } }";
    expect(said({ design: rows(graphs) })).toEqual([expect.stringContaining("error unknown-member")]);
    const fine = "{ id: a, set: { compilation_config: { mode: 3, cudagraph_mode: full, custom_ops: [all] } } }";
    expect(said({ design: rows(fine) })).toEqual([]);
    const kv = "{ id: a, set: { kv_transfer_config: { kv_connector: LMCacheConnectorV1, kv_role: kv_both } } }";
    expect(said({ design: rows(kv) })).toEqual([]);
  });
});

describe("what vLLM 0.32.0 refuses to start with, by its own config classes", () => {
  const spec = (map: string): string => `speculative_config: { ${map} }`;
  /** What is refused of each, a row of one matrix. */
  const refusals = (each: readonly string[]): string[][] => {
    const design = rows(...each.map((knobs, at) => `{ id: r${at}x, compound: each, set: { ${knobs} } }`));
    const found = said({ design }).filter((line) => line.startsWith("error cannot-run"));
    return each.map((_, at) => found.filter((line) => line.includes(`row \`r${at}x\` cannot run: `)));
  };
  const refused: [knobs: string, why: string][] = [
    [spec("method: eagle3, num_speculative_tokens: 3"), "needs a draft model"],
    [spec("num_speculative_tokens: 3"), "needs a draft model"],
    ["speculative_config.num_speculative_tokens: 3", "needs a draft model"],
    ["spec_method: medusa, spec_tokens: 3", "needs a draft model"],
    ["spec_tokens: 3", "needs a draft model"],
    [spec("method: ngram"), "nothing says how many tokens"],
    ["spec_method: mtp", "nothing says how many tokens"],
    [`spec_method: ngram, ${spec("method: ngram, num_speculative_tokens: 3")}`, "say the same thing"],
    [`spec_model: a/b, ${spec("model: a/b, num_speculative_tokens: 3")}`, "say the same thing"],
    [`spec_tokens: 3, ${spec("method: ngram, num_speculative_tokens: 3")}`, "say the same thing"],
    [spec("method: ngram, num_speculative_tokens: 3, prompt_lookup_min: 5, prompt_lookup_max: 2"), "above the largest"],
    [spec("model: a/b, num_speculative_tokens: 3, tensor_parallel_size: 2"), "vLLM reads no"],
    ["decode_context_parallel_size: 4, tensor_parallel_size: 2", "is above `tensor_parallel_size`"],
    ["decode_context_parallel_size: 3, tensor_parallel_size: 4", "does not divide"],
    ["enable_eplb: true, tensor_parallel_size: 2", "which is off"],
    ["enable_eplb: true, enable_expert_parallel: true", "there is one"],
    ["data_parallel_size_local: 4, data_parallel_size: 2", "and is above it"],
    ["max_model_len: 0", "room for no token"],
    ["kv_transfer_config: { kv_connector: OffloadingConnector }", "a KV connector needs its role"],
    ["ec_transfer_config: { ec_connector: a }", "encoder caches needs its role"],
    ["attention_backend: FLASHINFER, attention_config: { backend: FLASH_ATTN }", "say the same thing"],
    ["cudagraph_capture_sizes: [1], compilation_config: { cudagraph_capture_sizes: [1] }", "say the same thing"],
    ["max_cudagraph_capture_size: 8, compilation_config.max_cudagraph_capture_size: 8", "say the same thing"],
    ["enable_flashinfer_autotune: true, kernel_config: { enable_flashinfer_autotune: true }", "say the same thing"],
    ["long_prefill_token_threshold: 4096, max_model_len: 2048", "no prompt is longer"],
    ["enable_lora: true, max_loras: 4, max_cpu_loras: 2", "`max_cpu_loras` is below `max_loras`"],
    ["eplb_config: { num_redundant_experts: 2 }", "only `enable_eplb` has redundant experts"],
    ["enable_dbo: true, data_parallel_size: 2", "dual batch overlap works with DeepEP's kernels"],
    ["ubatch_size: 4", "microbatches work with DeepEP's kernels"],
    ["gpu_memory_utilization: 0", "must be above 0"],
  ];

  it("each for its reason", () => {
    expect(refusals(refused.map(([knobs]) => knobs))).toEqual(refused.map(([, why]) => [expect.stringContaining(why)]));
  });

  it("and nothing else", () => {
    const fine = [
      spec("method: eagle3, model: a/b, num_speculative_tokens: 3"),
      spec("model: a/b, num_speculative_tokens: 3"),
      spec("method: mtp, num_speculative_tokens: 1"),
      spec("method: dspark, num_speculative_tokens: 4"),
      spec("method: suffix"),
      spec("method: mtp, model: a/b"),
      `spec_method: ngram, ${spec("num_speculative_tokens: 3")}`,
      `spec_tokens: 3, ${spec("method: ngram")}`,
      "spec_method: ngram, spec_tokens: 3",
      "spec_model: a/b, spec_tokens: 3",
      "decode_context_parallel_size: 2, tensor_parallel_size: 4",
      "decode_context_parallel_size: 3, tensor_parallel_size: 6",
      "enable_eplb: true, enable_expert_parallel: true, tensor_parallel_size: 2",
      "max_model_len: -1",
      "kv_transfer_config: { kv_connector: OffloadingConnector, kv_role: kv_both }",
      "attention_config: { backend: FLASH_ATTN }",
      "cudagraph_capture_sizes: [1], compilation_config: { cudagraph_mode: FULL }",
      "long_prefill_token_threshold: 1024, max_model_len: 2048",
      "long_prefill_token_threshold: 1024, max_model_len: -1",
      "enable_lora: true, max_loras: 4, max_cpu_loras: 4",
      "eplb_config: { num_redundant_experts: 0 }",
      "eplb_config: { num_redundant_experts: 2 }, enable_eplb: true, enable_expert_parallel: true, tensor_parallel_size: 2",
      "enable_dbo: true, all2all_backend: deepep_low_latency",
      "ubatch_size: 1",
      "gpu_memory_utilization: 0.01",
    ];
    expect(refusals(fine)).toEqual(fine.map(() => []));
  });

  it("more images in a request than it allows", () => {
    const knobs = "limit_mm_per_prompt: { image: 3 }";
    expect(said({ knobs, images: 5 })).toEqual([expect.stringContaining("error cannot-run: row `baseline`")]);
    expect(said({ knobs, images: 3 })).toEqual([]);
    expect(said({ images: 5 })).toEqual([]);
  });
});

describe("vLLM's variables", () => {
  it("are those of its envs.py", () => {
    const known =
      "env.VLLM_ROCM_USE_AITER: 1, env.VLLM_CPU_KVCACHE_SPACE: 40, env.VLLM_SPARSE_INDEXER_MAX_LOGITS_MB: 1024";
    expect(said({ knobs: known })).toEqual([]);
    expect(said({ knobs: "env.VLLM_USE_V1: 1, env.VLLM_ATTENTION_BACKEND: FLASHINFER, env.VLLM_NONSENSE: 1" })).toEqual(
      [
        expect.stringContaining("no longer has the variable VLLM_USE_V1"),
        expect.stringContaining("no longer has the variable VLLM_ATTENTION_BACKEND"),
        expect.stringContaining("does not know the variable VLLM_NONSENSE"),
      ],
    );
  });
});

it("other nodes than this one are nobody's to start, unless a hook does", () => {
  expect(said({ knobs: "nnodes: 2" })).toEqual([
    expect.stringContaining("error cannot-run: row `baseline` cannot run"),
  ]);
  expect(said({ knobs: "nnodes: 2", sut: ", before_launch: [[ssh, node2, start]]" })).toEqual([]);
});

it("a version without what every launch gets is found", () => {
  const [one] = said({ sut: ", version: 0.6.4" });
  expect(one).toContain("error flag-not-yet: vllm 0.6.4 does not take what sut/vllm.yaml passes at every launch");
});

it("an extra argument that a knob stands for is refused, however it is spelled", () => {
  const args = ["--max-num-seqs=64", "--max_num_seqs", "-tp", "--no-enable-prefix-caching"];
  for (const arg of args)
    expect(said({ sut: `, extra_args: ["${arg}"]` })).toEqual([expect.stringContaining("error extra-args: `-")]);
  // A member of a map may be one that no knob of this version has.
  for (const more of ["--some-new-option, '8'", "--attention-config.new_member=true"])
    expect(said({ sut: `, extra_args: [${more}]` })).toEqual([
      expect.stringContaining("warning extra-args: extra arguments are hashed"),
    ]);
});

it("what Ceteris sets itself is said", () => {
  expect(said({ knobs: "served_model_name: x, port: 8000, host: localhost" })).toEqual([
    expect.stringContaining("`served_model_name` is not a knob here: the client"),
    expect.stringContaining("`port` is not a knob here"),
    expect.stringContaining("`host` is not a knob here"),
  ]);
});

it("a member takes the choices of the flag that sets the same, in its map and as a dotted path", () => {
  const message = (value: string) => `error not-a-choice: \`kernel_config.moe_backend\` cannot be "${value}"`;
  expect(said({ knobs: "kernel_config: { moe_backend: cutlas }" })).toEqual([message("cutlas")]);
  expect(said({ knobs: "kernel_config.moe_backend: tritn" })).toEqual([message("tritn")]);
  expect(said({ knobs: "kernel_config: { moe_backend: triton }" })).toEqual([]);
});
