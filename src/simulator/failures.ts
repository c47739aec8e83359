/**
 * Start-up failures in the words of vLLM 0.32.0. Those marked "recorded" stand so in `failures/` of the recorded answers;
 * the others are of GPUs, and follow the fragments of vllm.md §7, read in the source.
 */

/** Where it fails decides how it is printed: while the arguments are made into a configuration, or in the engine's process. */
export interface StartupFailure {
  where: "arguments" | "engine core" | "socket";
  /** The last lines of the traceback: the error's type and message. */
  error: string[];
}

const furtherInformation = (kind: string) =>
  `    For further information visit https://errors.pydantic.dev/2.14/v/${kind}`;

/** Pydantic's form of a ValueError raised by a configuration class (recorded). */
function rejected(configuration: string, message: string, input: string): StartupFailure {
  return {
    where: "arguments",
    error: [
      `pydantic_core._pydantic_core.ValidationError: 1 validation error for ${configuration}`,
      `  Value error, ${message} [type=value_error, input_value=ArgsKwargs((), {${input}}), input_type=ArgsKwargs]`,
      furtherInformation("value_error"),
    ],
  };
}

const modelInput = "'model': ...nderer_num_workers': 1";
const schedulerInput = "'runner_t..., 'stream_interval': 1";
const wholeInput = "'model_co... 'shutdown_timeout': 0";

/** Recorded. */
export function lengthOverModel(asked: number, derived: number): StartupFailure {
  return rejected(
    "ModelConfig",
    `User-specified max_model_len (${asked}) is greater than the derived max_model_len (max_position_embeddings=${derived}.0 or model_max_length=None in model's config.json). To allow overriding this maximum, set the env var VLLM_ALLOW_LONG_MAX_MODEL_LEN=1. VLLM_ALLOW_LONG_MAX_MODEL_LEN must be used with extreme caution. If the model uses relative position encoding (RoPE), positions exceeding derived_max_model_len lead to nan. If the model uses absolute position encoding, positions exceeding derived_max_model_len will cause a CUDA array out-of-bounds error.`,
    modelInput,
  );
}

/** Recorded. */
export function unknownQuantization(asked: string, methods: readonly string[]): StartupFailure {
  const choices = methods.map((method) => `'${method}'`).join(", ");
  return rejected("ModelConfig", `Unknown quantization method: ${asked}. Must be one of [${choices}].`, modelInput);
}

export function otherQuantization(found: string, asked: string): StartupFailure {
  return rejected(
    "ModelConfig",
    `Quantization method specified in the model config (${found}) does not match the quantization method specified in the \`quantization\` argument (${asked}).`,
    modelInput,
  );
}

/** Recorded. */
export function noQuantizationConfig(asked: string): StartupFailure {
  return rejected("VllmConfig", `Cannot find the config file for ${asked}`, wholeInput);
}

/** Recorded. */
export function batchBelowLength(batchedTokens: number, length: number): StartupFailure {
  return rejected(
    "SchedulerConfig",
    `max_num_batched_tokens (${batchedTokens}) is smaller than max_model_len (${length}). This effectively limits the maximum sequence length to max_num_batched_tokens and makes vLLM reject longer sequences. Please increase max_num_batched_tokens or decrease max_model_len.`,
    schedulerInput,
  );
}

/** Recorded. */
export function batchBelowSequences(batchedTokens: number, sequences: number): StartupFailure {
  return rejected(
    "SchedulerConfig",
    `max_num_batched_tokens (${batchedTokens}) must be greater than or equal to max_num_seqs (${sequences}).`,
    schedulerInput,
  );
}

/** A number outside its field's bounds (recorded for max_num_seqs and max_num_batched_tokens at 0). */
export function outOfBounds(
  configuration: string,
  fields: { name: string; value: number; bound: string; kind: string; type: "int" | "float" }[],
): StartupFailure {
  const count = `${fields.length} validation error${fields.length === 1 ? "" : "s"}`;
  return {
    where: "arguments",
    error: [
      `pydantic_core._pydantic_core.ValidationError: ${count} for ${configuration}`,
      ...fields.flatMap(({ name, value, bound, kind, type }) => [
        name,
        `  Input should be ${bound} [type=${kind}, input_value=${value}, input_type=${type}]`,
        furtherInformation(kind),
      ]),
    ],
  };
}

export function tooManyGpus(world: number, available: number): StartupFailure {
  return rejected(
    "ParallelConfig",
    `World size (${world}) is larger than the number of available GPUs (${available}) in this node. If this is intentional and you are using:\n- ray, set '--distributed-executor-backend ray'.\n- multiprocessing, set '--nnodes' appropriately.`,
    "'pipeline...ed_timeout_seconds': None",
  );
}

export function headsNotDivisible(heads: number, tensorParallel: number): StartupFailure {
  return rejected(
    "VllmConfig",
    `Total number of attention heads (${heads}) must be divisible by tensor parallel size (${tensorParallel}).`,
    wholeInput,
  );
}

function inCore(...error: string[]): StartupFailure {
  return { where: "engine core", error };
}

/** Recorded. */
export function noKvRoom(): StartupFailure {
  return inCore(
    "ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine (this flag also controls CPU memory reservation on the CPU backend, despite its name). See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details.",
  );
}

/** Recorded. Needed and available in bytes. */
export function kvBelowLength(length: number, needed: number, available: number, longest: number): StartupFailure {
  return inCore(
    `ValueError: To serve at least one request with the model's max seq len (${length}), (${gib(needed)} GiB KV cache is needed, which is larger than the available KV cache memory (${gib(available)} GiB). Based on the available memory, the estimated maximum model length is ${longest}. Try increasing \`gpu_memory_utilization\` (which also controls CPU memory on the CPU backend) or decreasing \`max_model_len\` when initializing the engine. See https://docs.vllm.ai/en/latest/configuration/conserving_memory/ for more details.`,
  );
}

export function outOfMemory(memoryGib: number): StartupFailure {
  return inCore(
    `torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 224.00 MiB. GPU 0 has a total capacity of ${memoryGib.toFixed(2)} GiB of which 12.50 MiB is free. Including non-PyTorch memory, this process has ${memoryGib.toFixed(2)} GiB memory in use. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid fragmentation.`,
  );
}

/** Failures that a test asks for by the class that vLLM's engine file has for them: `crash-at-start:<class>`. */
export const plantedFailures: Record<
  string,
  (about: { model: string; memoryGib: number; utilization: number }) => StartupFailure
> = {
  "out-of-memory": ({ memoryGib }) => outOfMemory(memoryGib),
  "kv-cache-no-room": () => noKvRoom(),
  "gpu-memory-busy": ({ memoryGib, utilization }) =>
    inCore(
      `ValueError: Free memory on device cuda:0 (10.12/${memoryGib.toFixed(2)} GiB) on startup is less than desired GPU memory utilization (${utilization}, ${(memoryGib * utilization).toFixed(2)} GiB). Decrease GPU memory utilization or reduce GPU memory used by other processes.`,
    ),
  "gated-model": ({ model }) => ({
    where: "arguments",
    error: [
      "huggingface_hub.errors.GatedRepoError: 401 Client Error.",
      `OSError: You are trying to access a gated repo.`,
      `Make sure to have access to it at https://huggingface.co/${model}.`,
      `Access to model ${model} is restricted. You must have access to it and be authenticated to access it. Please log in.`,
    ],
  }),
  "weights-missing": ({ model }) => inCore(`RuntimeError: Cannot find any model weights with \`${model}\``),
  "quantization-unsupported": () =>
    inCore(
      "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 89. Current capability: 80.",
    ),
  "attention-backend": () =>
    inCore(
      "ValueError: Selected backend AttentionBackendEnum.FLASHINFER is not valid for this configuration. Reason: ['head_size not supported']",
    ),
  // Nothing that a pattern could know: the class of last resort.
  unknown: () => inCore("RuntimeError: a failure that nobody has seen before"),
};

function gib(bytes: number): string {
  return (Math.floor((bytes / 2 ** 30) * 100) / 100).toString().replace(/^(-?\d+)$/, "$1.0");
}
