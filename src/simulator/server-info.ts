import type { Json } from "../schema/json.ts";
import { isSecretName } from "../schema/secrets.ts";
import type { Configuration } from "./configuration.ts";
import { knownVariables } from "./flags.ts";
import { object } from "./settings.ts";
import { engineVersion } from "./startup-log.ts";

/** `/server_info`: the resolved configuration in vLLM's shape, as far as it is simulated. */
export function serverInfo(
  configuration: Configuration,
  variables: Readonly<Record<string, string>>,
  format: "json" | "text",
): Json {
  const gpu = configuration.machinery.gpu.name;
  const members = vllmConfig(configuration);
  return {
    vllm_config: format === "json" ? members : asText(members),
    vllm_env: Object.fromEntries(
      Object.entries(variables).filter(([name]) => knownVariables.has(name) && !isSecretName(name)),
    ),
    system_env: { nvidia_gpu_models: `SIMULATED ${gpu}`, is_cuda_available: "False", nvidia_driver_version: null },
    ceteris: { origin: "simulated", gpu: configuration.machinery.gpu.id, vllm_version: engineVersion },
  };
}

function vllmConfig(configuration: Configuration): { [part: string]: { [member: string]: Json } | Json } {
  const { machinery, settings, speculation } = configuration;
  const room = configuration.blocks * configuration.blockSize;
  const set = (name: string, otherwise: Json): Json => settings[name] ?? otherwise;
  return {
    model_config: {
      model: configuration.modelName,
      tokenizer: set("tokenizer", configuration.modelName),
      dtype: `torch.${configuration.dtype}`,
      seed: set("seed", 0),
      revision: set("revision", null),
      max_model_len: configuration.maxModelLen,
      quantization: configuration.quantization,
      enforce_eager: configuration.enforceEager,
      served_model_name: configuration.servedModelName,
      skip_tokenizer_init: set("skip_tokenizer_init", false),
      generation_config: set("generation_config", "auto"),
      override_generation_config: set("override_generation_config", {}),
      hf_overrides: set("hf_overrides", {}),
      trust_remote_code: set("trust_remote_code", false),
      max_logprobs: set("max_logprobs", 20),
    },
    cache_config: {
      block_size: configuration.blockSize,
      user_specified_block_size: settings["block_size"] !== undefined,
      gpu_memory_utilization: configuration.gpuMemoryUtilization,
      cache_dtype: configuration.kvCacheDtype,
      num_gpu_blocks_override: set("num_gpu_blocks_override", null),
      enable_prefix_caching: configuration.prefixCaching,
      prefix_caching_hash_algo: set("prefix_caching_hash_algo", "sha256"),
      kv_cache_dtype_skip_layers: set("kv_cache_dtype_skip_layers", []),
      num_gpu_blocks: configuration.blocks,
      kv_cache_size_tokens: room,
      kv_cache_max_concurrency: room / configuration.maxModelLen,
      kv_cache_memory_bytes: set("kv_cache_memory_bytes", null),
      kv_offloading_size: set("kv_offloading_size", null),
      kv_offloading_backend: set("kv_offloading_backend", "native"),
    },
    parallel_config: {
      pipeline_parallel_size: configuration.pipelineParallel,
      tensor_parallel_size: machinery.tensorParallel,
      data_parallel_size: configuration.dataParallel,
      decode_context_parallel_size: set("decode_context_parallel_size", 1),
      enable_expert_parallel: set("enable_expert_parallel", false),
      disable_custom_all_reduce: set("disable_custom_all_reduce", false),
      world_size: machinery.tensorParallel * configuration.pipelineParallel,
    },
    scheduler_config: {
      runner_type: "generate",
      max_num_batched_tokens: configuration.maxNumBatchedTokens,
      max_num_scheduled_tokens: set("max_num_scheduled_tokens", null),
      max_num_seqs: configuration.maxNumSeqs,
      long_prefill_token_threshold: configuration.longPrefillTokenThreshold,
      enable_chunked_prefill: configuration.chunkedPrefill,
      policy: set("scheduling_policy", "fcfs"),
      scheduler_reserve_full_isl: configuration.reserveFullPrompt,
      watermark: set("watermark", 0),
      prefill_schedule_interval: set("prefill_schedule_interval", 1),
      async_scheduling: machinery.asyncScheduling,
      stream_interval: configuration.streamInterval,
    },
    device_config: { device: "cuda" },
    load_config: {
      load_format: set("load_format", "auto"),
      safetensors_load_strategy: set("safetensors_load_strategy", null),
    },
    attention_config: { backend: set("attention_backend", null) },
    kernel_config: {
      enable_flashinfer_autotune: set("enable_flashinfer_autotune", true),
      moe_backend: set("moe_backend", "auto"),
      linear_backend: set("linear_backend", "auto"),
    },
    speculative_config:
      speculation === null
        ? null
        : {
            ...object(settings, "speculative_config"),
            method: speculation.method,
            num_speculative_tokens: speculation.tokens,
          },
    compilation_config: {
      mode: machinery.compiled ? 3 : 0,
      cudagraph_mode: configuration.graphMode,
      cudagraph_capture_sizes: configuration.graphSizes,
      max_cudagraph_capture_size: machinery.largestGraph,
    },
    offload_config: { uva: { cpu_offload_gb: set("cpu_offload_gb", 0) } },
    optimization_level: configuration.optimizationLevel,
    performance_mode: set("performance_mode", "balanced"),
    shutdown_timeout: set("shutdown_timeout", 0),
  };
}

/** The form without `config_format=json`: one text of `name=value`. */
function asText(members: { [part: string]: { [member: string]: Json } | Json }): string {
  return Object.entries(members)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(", ");
}
