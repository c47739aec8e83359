import { plainWord } from "./nearest.ts";

/**
 * Words under which other tools have what a matrix calls something else. The names on the right are settings, or members
 * by their path in a matrix; where there are several, the first that the study's engine has is what is meant, and all of them
 * where a note says in what they differ.
 */
interface OtherWords {
  tools: string;
  /** With blanks between them. */
  words: string;
  means: readonly string[];
  note?: string;
}

export const otherWords: readonly OtherWords[] = [
  // Lengths
  {
    tools: "InferenceX, AIPerf, GuideLLM and vLLM's benchmarks",
    words:
      "isl input_len input_length input_sequence_length random_input_len random_input_length synthetic_input_tokens_mean mean_input_tokens num_input_tokens prompt_tokens prompt_len prompt_length n_prompt context_tokens",
    means: ["dataset.input_tokens"],
  },
  {
    tools: "InferenceX, AIPerf, GuideLLM and vLLM's benchmarks",
    words:
      "osl output_len output_length output_sequence_length random_output_len random_output_length output_tokens_mean mean_output_tokens num_output_tokens gen_len generation_length n_gen decode_len",
    means: ["dataset.output_tokens"],
  },
  {
    tools: "Hugging Face and TGI",
    words: "max_new_tokens max_completion_tokens max_output_tokens max_output_len n_predict",
    means: ["sampling.max_tokens"],
  },
  {
    tools: "vLLM's benchmarks and AIPerf",
    words:
      "random_prefix_len prefix_len prefix_length shared_prefix_len shared_prefix_length prefix_tokens prefix_prompt_length prefix_repetition_prefix_len system_prompt_len",
    means: ["dataset.shared_prefix_tokens"],
  },
  {
    tools: "vLLM's benchmarks and AIPerf",
    words: "num_prefixes prefix_repetition_num_prefixes num_prefix_prompts num_prefix_groups",
    means: ["dataset.prefix_groups"],
  },
  {
    tools: "vLLM's benchmarks",
    words: "dataset_name dataset_type dataset_path input_file",
    means: ["workloads.dataset"],
    note: "its `kind` says which, and a file has a `path`",
  },
  // Load
  {
    tools: "vLLM's benchmarks, InferenceX, AIPerf and Locust",
    words:
      "max_concurrency conc concurrencies concurrency_list concurrent_requests num_concurrent_requests num_concurrency concurrency_level num_users users virtual_users vus streams num_streams num_clients",
    means: ["load.concurrency"],
  },
  {
    tools: "vLLM's benchmarks, SGLang's and inference-perf",
    words: "request_rate request_rates qps qps_list rps arrival_rate target_qps rate_rps",
    means: ["load.rate"],
  },
  { tools: "vLLM's benchmarks", words: "burstiness gamma_shape", means: ["arrivals.burstiness"] },
  {
    tools: "vLLM's benchmarks, AIPerf and GuideLLM",
    words:
      "num_prompts num_requests n_requests max_requests request_count num_samples total_requests num_queries limit_requests",
    means: ["workloads.counts.screen.requests"],
  },
  {
    tools: "AIPerf, GuideLLM and inference-perf",
    words: "max_seconds duration duration_s benchmark_duration test_duration run_time max_duration",
    means: ["workloads.counts.screen.seconds"],
  },
  {
    tools: "vLLM's benchmarks and AIPerf",
    words: "num_warmups warmup_requests warmup_request_count num_warmup_requests warmups warm_up",
    means: ["workloads.warmup.requests"],
  },
  {
    tools: "vLLM's benchmarks and genai-perf",
    words: "goodput slos sla slo_ms",
    means: ["workloads.slo"],
  },
  {
    tools: "genai-perf",
    words: "ttft slo_ttft_ms ttft_slo_ms max_ttft_ms",
    means: ["workloads.slo.ttft_ms"],
  },
  {
    tools: "genai-perf",
    words: "tpot slo_tpot_ms tpot_slo_ms max_tpot_ms",
    means: ["workloads.slo.tpot_ms"],
  },
  {
    tools: "genai-perf",
    words: "itl slo_itl_ms itl_slo_ms",
    means: ["workloads.slo.itl_ms", "workloads.slo.tpot_ms"],
  },
  {
    tools: "optimum-benchmark, MLPerf and llama.cpp",
    words: "batch_size bs batch batch_sizes static_batch_size per_device_batch_size",
    means: ["max_num_seqs", "n_parallel", "load.batch_size"],
    note: "the first bounds the engine's batch, `load.batch_size` is the client's chunk of an offline workload",
  },
  // What is launched
  {
    tools: "vLLM, SGLang and TensorRT-LLM",
    words: "tp tp_size tensor_parallel tensor_parallelism num_gpus_per_replica",
    means: ["tensor_parallel_size"],
  },
  {
    tools: "vLLM, SGLang and TensorRT-LLM",
    words: "pp pp_size pipeline_parallel pipeline_parallelism",
    means: ["pipeline_parallel_size"],
  },
  {
    tools: "vLLM, SGLang and InferenceX",
    words: "dp dp_size data_parallel data_parallelism num_replicas replicas",
    means: ["data_parallel_size"],
  },
  {
    tools: "vLLM, SGLang and TensorRT-LLM",
    words: "ep ep_size expert_parallel expert_parallel_size moe_expert_parallel_size enable_ep",
    means: ["enable_expert_parallel"],
    note: "it is true or false: with it, the experts lie over all GPUs",
  },
  {
    tools: "TensorRT-LLM and SGLang",
    words:
      "max_batch_tokens max_num_tokens max_batched_tokens chunked_prefill_size max_prefill_tokens max_tokens_in_batch max_batch_total_tokens n_batch",
    means: ["max_num_batched_tokens"],
  },
  {
    tools: "TensorRT-LLM, SGLang and TGI",
    words:
      "max_batch_size max_running_requests max_num_sequences max_seqs max_concurrent_requests max_num_requests max_running_seqs",
    means: ["max_num_seqs", "n_parallel"],
  },
  {
    tools: "SGLang, TensorRT-LLM and llama.cpp",
    words:
      "context_length context_len max_seq_len max_sequence_length max_context_len ctx_size ctx max_total_tokens max_len",
    means: ["max_model_len", "n_ctx"],
  },
  {
    tools: "SGLang and TensorRT-LLM",
    words:
      "mem_fraction_static mem_fraction gpu_mem_util gpu_mem gpu_memory_fraction gpu_memory free_gpu_memory_fraction kv_cache_free_gpu_memory_fraction gmu",
    means: ["gpu_memory_utilization"],
  },
  {
    tools: "SGLang and TensorRT-LLM",
    words:
      "disable_radix_cache radix_cache enable_block_reuse prefix_caching enable_prefix_cache apc automatic_prefix_caching no_enable_prefix_caching disable_prefix_caching",
    means: ["enable_prefix_caching", "cache_prompt"],
    note: "it is true or false, whatever the word says",
  },
  {
    tools: "SGLang",
    words: "disable_cuda_graph eager eager_mode use_cuda_graph cuda_graph",
    means: ["enforce_eager"],
    note: "it is true without CUDA graphs",
  },
  { tools: "SGLang", words: "cuda_graph_max_bs cuda_graph_max_batch_size", means: ["max_cudagraph_capture_size"] },
  { tools: "SGLang", words: "cuda_graph_bs cuda_graph_batch_sizes", means: ["cudagraph_capture_sizes"] },
  {
    tools: "TensorRT-LLM",
    words: "kv_cache_type kv_dtype kv_cache_precision kv_cache_quantization",
    means: ["kv_cache_dtype", "cache_type_k"],
  },
  { tools: "optimum-benchmark", words: "precision data_type torch_dtype weight_dtype", means: ["dtype"] },
  {
    tools: "MLPerf and SGLang",
    words: "quant quantize quant_method weight_quantization",
    means: ["quantization"],
  },
  {
    tools: "SGLang",
    words: "attn_backend attention attention_impl",
    means: ["attention_backend", "flash_attn"],
  },
  {
    tools: "SGLang and TensorRT-LLM",
    words: "page_size tokens_per_block kv_block_size",
    means: ["block_size"],
  },
  {
    tools: "SGLang",
    words: "schedule_policy schedule_conservativeness scheduler_policy",
    means: ["scheduling_policy"],
  },
  {
    tools: "TensorRT-LLM",
    words: "chunked_prefill enable_chunked_context chunked_context",
    means: ["enable_chunked_prefill"],
  },
  {
    tools: "SGLang and SpecForge",
    words: "speculative_algorithm speculative_algo spec_algorithm speculative_method",
    means: ["speculative_config.method"],
  },
  {
    tools: "SGLang and SpecForge",
    words:
      "speculative_num_draft_tokens num_draft_tokens draft_tokens speculative_num_steps spec_num_tokens num_spec_tokens max_draft_len",
    means: ["speculative_config.num_speculative_tokens"],
  },
  {
    tools: "SGLang and SpecForge",
    words: "speculative_draft_model_path speculative_draft_model draft_model draft_model_path",
    means: ["speculative_config.model"],
  },
  {
    tools: "other tools",
    words: "num_gpus gpus gpu gpu_ids cuda_visible_devices gpu_devices visible_devices",
    means: ["sut.devices"],
  },
  {
    tools: "other tools",
    words: "model_path model_name model_id model_name_or_path hf_model models",
    means: ["sut.model"],
  },
  {
    tools: "other tools",
    words: "framework serving_engine inference_engine engines server_type",
    means: ["sut.engine"],
  },
  { tools: "other tools", words: "engine_version vllm_version versions image_tag", means: ["sut.version"] },
  {
    tools: "other tools",
    words: "server_args serve_args extra_server_args engine_args extra_flags additional_args",
    means: ["sut.extra_args"],
  },
  { tools: "other tools", words: "base_url endpoint_url server_url api_base target", means: ["sut.url"] },
  { tools: "other tools", words: "launch_prefix command_prefix numactl", means: ["sut.prefix"] },
  // The study
  {
    tools: "other tools",
    words: "num_runs runs iterations repetitions num_iterations num_trials repeat",
    means: ["repeats"],
  },
  { tools: "other tools", words: "random_seed", means: ["seed"] },
  {
    tools: "other tools",
    words: "experiment experiment_name benchmark_name study_name title",
    means: ["study"],
  },
  { tools: "other tools", words: "description goal hypothesis", means: ["question"] },
  { tools: "other tools", words: "server deployment system", means: ["sut"] },
  {
    tools: "other tools",
    words: "benchmarks scenarios load_profiles client tests",
    means: ["workloads"],
  },
  {
    tools: "other tools",
    words: "params parameters grid matrix search_space serve_params bench_params",
    means: ["design"],
  },
  {
    tools: "other tools",
    words: "environment_variables env_vars envs server_environment_variables env",
    means: ["baseline.knobs"],
    note: "a variable is a knob: `env.NAME: value`",
  },
];

/** The row of a word, however it is spelled (`--random-input-len`); null where no tool that we know has it. */
export function otherWord(name: string): OtherWords | null {
  const plain = plainWord(name);
  return otherWords.find(({ words }) => words.split(" ").includes(plain)) ?? null;
}
