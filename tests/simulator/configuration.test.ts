import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configured, refusal } from "./virtual-load.ts";

/** The message of the recorded failure, from `Value error, ` or the exception's name on. */
function recorded(name: string, pattern: RegExp): string {
  const log = readFileSync(new URL(`../fixtures/vllm/failures/${name}.txt`, import.meta.url), "utf8");
  const found = pattern.exec(log);
  if (!found) throw new Error(`${pattern} is not in ${name}.txt`);
  return found[0];
}

const room = (settings: Parameters<typeof configured>[0]) => configured(settings).blocks;

const graphs = (settings: Parameters<typeof configured>[0]) => {
  const { graphMode, graphSizes, machinery } = configured(settings);
  return [machinery.compiled, graphMode, graphSizes.at(-1) ?? 0];
};

describe("defaults", () => {
  it("are those of a server on a GPU of 80 GB", () => {
    expect(configured()).toMatchObject({
      dtype: "bfloat16",
      quantization: null,
      maxModelLen: 131_072,
      gpuMemoryUtilization: 0.92,
      blockSize: 16,
      prefixCaching: true,
      maxNumSeqs: 1024,
      maxNumBatchedTokens: 8192,
      chunkedPrefill: true,
      machinery: { asyncScheduling: true, largestGraph: 512 },
    });
  });

  it("are smaller on an A100 and double with performance mode throughput", () => {
    const a100 = configured({}, { CETERIS_SIMULATED_GPU: "A100-SXM4-80GB" });
    expect(a100).toMatchObject({ maxNumSeqs: 256, maxNumBatchedTokens: 2048 });
    expect(configured({ performance_mode: "throughput" })).toMatchObject({
      maxNumSeqs: 2048,
      maxNumBatchedTokens: 16_384,
    });
  });

  it("move together where vLLM moves them", () => {
    expect(configured({ enable_chunked_prefill: false }).maxNumBatchedTokens).toBe(131_072);
    expect(configured({ enable_chunked_prefill: false, max_model_len: 2668 }).maxNumBatchedTokens).toBe(8192);
    expect(configured({ max_num_batched_tokens: 512 }).maxNumSeqs).toBe(512);
    expect(configured({ max_num_seqs: 1, max_model_len: 2048 }).maxNumBatchedTokens).toBe(2048);
    const ngram = configured({ speculative_config: { method: "ngram", num_speculative_tokens: 4 } });
    expect(ngram.machinery.asyncScheduling).toBe(false);
    expect(ngram.notes.join()).toContain("Async scheduling is not supported with ngram-based speculative decoding");
  });

  it("give the cache what the rest leaves", () => {
    expect(room({ gpu_memory_utilization: 0.8 })).toBeLessThan(room({}));
    expect(room({ quantization: "fp8" })).toBeGreaterThan(room({}));
    expect(room({ kv_cache_dtype: "fp8" })).toBeGreaterThan(1.9 * room({}));
    expect(room({ max_num_seqs: 16 })).toBeGreaterThan(room({}));
    expect(room({ enforce_eager: true })).toBeGreaterThan(room({}));
    expect(room({ max_num_batched_tokens: 65_536 })).toBeLessThan(room({}));
    expect(room({ kv_cache_memory_bytes: 20 * 2 ** 30 })).toBe((20 * 2 ** 30) / (131_072 * 16));
    expect(configured({ max_model_len: 1000, num_gpu_blocks_override: 100 }).blocks).toBe(100);
  });

  it("capture graphs as they are told", () => {
    expect(graphs({ max_num_seqs: 16 })).toEqual([true, "FULL_AND_PIECEWISE", 32]);
    expect(graphs({ enforce_eager: true })).toEqual([false, "NONE", 0]);
    expect(graphs({ optimization_level: 0 })).toEqual([false, "NONE", 0]);
    expect(graphs({ compilation_config: { cudagraph_mode: "NONE" } })).toEqual([true, "NONE", 0]);
    expect(graphs({ cudagraph_capture_sizes: ["8", "2"] })).toEqual([true, "FULL_AND_PIECEWISE", 8]);
    expect(graphs({ max_cudagraph_capture_size: 64 })).toEqual([true, "FULL_AND_PIECEWISE", 64]);
  });

  it("fit the length to the cache when asked to", () => {
    const fitted = configured({ max_model_len: -1, kv_cache_memory_bytes: 2 ** 30 });
    expect(fitted.maxModelLen).toBe(8192);
    expect(fitted.notes.join()).toContain("reduced from 131072 to 8192");
  });

  it("take checkpoints for what their names say", () => {
    const fp8 = configured({}, {}, "RedHatAI/Meta-Llama-3.1-8B-Instruct-FP8");
    expect(fp8).toMatchObject({
      quantization: "compressed-tensors",
      machinery: { weights: { bytes: 1, compute: "fp8" } },
    });
    expect(configured({}, {}, "acme/Llama-3.1-8B-AWQ-INT4").machinery.weights.bytes).toBeCloseTo(0.53);
  });
});

describe("refusals in the recorded words", () => {
  it.each([
    [
      "max_model_len",
      { max_model_len: 200_000 },
      /is greater than the derived max_model_len \(max_position_embeddings=/,
    ],
    [
      "batched_tokens",
      { max_num_batched_tokens: 512, max_model_len: 2048, enable_chunked_prefill: false },
      /max_num_batched_tokens \(512\) is smaller than max_model_len \(2048\).* decrease max_model_len\./,
    ],
    [
      "batched_lt_seqs",
      { max_num_batched_tokens: 8, max_num_seqs: 16 },
      /max_num_batched_tokens \(8\) must be greater than or equal to max_num_seqs \(16\)\./,
    ],
    [
      "unknown_quant",
      { quantization: "nosuchquant" },
      /Unknown quantization method: nosuchquant\. Must be one of \['awq', 'auto_awq', 'fp8'/,
    ],
    ["quant_awq_noconfig", { quantization: "awq" }, /Cannot find the config file for awq/],
    [
      "zero_seqs",
      { max_num_seqs: 0 },
      /2 validation errors for SchedulerConfig\nmax_num_batched_tokens\n {2}Input should be greater than or equal to 1 .*/,
    ],
    [
      "kv_blocks_1",
      { num_gpu_blocks_override: 0 },
      /ValueError: No available memory for the cache blocks\. .* for more details\./,
    ],
    [
      "kv_blocks_4",
      { num_gpu_blocks_override: 4 },
      /Based on the available memory, the estimated maximum model length is /,
    ],
  ])("%s", (name, settings, pattern) => {
    expect(refusal(settings as Parameters<typeof refusal>[0])).toContain(recorded(name, pattern));
  });

  it("name both sizes where the cache is too small for one request", () => {
    expect(refusal({ num_gpu_blocks_override: 4, max_model_len: 2048 })).toContain(
      "max seq len (2048), (0.25 GiB KV cache is needed, which is larger than the available KV cache memory (0.0 GiB). Based on the available memory, the estimated maximum model length is 64.",
    );
  });
});

describe("other refusals", () => {
  it("knows what does not fit", () => {
    expect(refusal({}, {}, "meta-llama/Llama-3.1-70B-Instruct")).toContain("CUDA out of memory");
    expect(refusal({ gpu_memory_utilization: 0.2 })).toContain("No available memory for the cache blocks");
    expect(refusal({ gpu_memory_utilization: 1.2 })).toContain(
      "gpu_memory_utilization\n  Input should be less than or equal to 1",
    );
    expect(refusal({ tensor_parallel_size: 3 })).toContain("(32) must be divisible by tensor parallel size (3)");
    expect(refusal({ tensor_parallel_size: 2 }, { CUDA_VISIBLE_DEVICES: "0" })).toContain(
      "World size (2) is larger than the number of available GPUs (1)",
    );
    expect(refusal({ quantization: "fp8" }, {}, "acme/Llama-3.1-8B-AWQ")).toContain(
      "does not match the quantization method specified",
    );
  });

  it("lets the user lift the model's length", () => {
    expect(configured({ max_model_len: 200_000 }, { VLLM_ALLOW_LONG_MAX_MODEL_LEN: "1" }).maxModelLen).toBe(200_000);
  });
});
