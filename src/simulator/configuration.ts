import type { Json } from "../schema/json.ts";
import { resolveGraphs, resolveScheduler, resolveSpeculation } from "./defaults.ts";
import * as failures from "./failures.ts";
import type { StartupFailure } from "./failures.ts";
import { modelOf, type WeightFormat } from "./model.ts";
import { gpuIds, gpuOf, kvBytesPerToken, memoryUse, type Machinery, type MemoryUse } from "./roofline.ts";
import constants from "./roofline.json" with { type: "json" };
import { paceOf } from "./noise.ts";
import type { Limits } from "./scheduler.ts";
import { number, text, truth, type Settings } from "./settings.ts";
import { engineVersion } from "./startup-log.ts";
import { asText } from "../schema/json.ts";

type Dtype = keyof typeof constants.dtypes;

/** Everything that a started engine has settled on: lengths and counts in tokens, sequences and blocks, memory in bytes. */
export interface Configuration extends Omit<Limits, "draftTokens"> {
  modelName: string;
  servedModelName: string;
  /** What it says that its version is. */
  version: string;
  dtype: Dtype;
  quantization: string | null;
  kvCacheDtype: string;
  machinery: Machinery;
  memory: MemoryUse;
  kvCacheBytes: number;
  maxModelLen: number;
  gpuMemoryUtilization: number;
  blockSize: number;
  blocks: number;
  prefixCaching: boolean;
  streamInterval: number;
  enforceEager: boolean;
  graphSizes: number[];
  /** vLLM's name of what is captured: `NONE`, `FULL_AND_PIECEWISE` … */
  graphMode: string;
  optimizationLevel: number;
  pipelineParallel: number;
  dataParallel: number;
  speculation: { method: string; tokens: number; accepted: number } | null;
  /** As given, after what a planted fault made it ignore. */
  settings: Settings;
  /** Lines for the log about what was assumed or moved. */
  notes: string[];
}

type Resolution = { ok: true; configuration: Configuration } | { ok: false; failure: StartupFailure };

const fail = (failure: StartupFailure): Resolution => ({ ok: false, failure });

/**
 * Fills in what was not set by the rules of vLLM 0.32.0 for a server on one machine (vllm.md §5, read in `EngineArgs`), and
 * refuses what vLLM refuses, in its order: model, cache, parallelism, scheduler, memory.
 */
export function resolveConfiguration(
  modelName: string,
  settings: Settings,
  variables: Readonly<Record<string, string>>,
): Resolution {
  const notes: string[] = [];
  const known = modelOf(modelName);
  const { model } = known;
  if (known.assumed !== null) notes.push(`SIMULATED: ${known.assumed}`);
  const gpu = gpuOf(variables["CETERIS_SIMULATED_GPU"] ?? gpuIds[0]!)!;

  const askedLength = number(settings, "max_model_len");
  const fitLength = askedLength === -1;
  let maxModelLen = askedLength === null || fitLength ? model.maxPositionEmbeddings : askedLength;
  if (maxModelLen > model.maxPositionEmbeddings && variables["VLLM_ALLOW_LONG_MAX_MODEL_LEN"] !== "1") {
    return fail(failures.lengthOverModel(maxModelLen, model.maxPositionEmbeddings));
  }
  const dtype = resolveDtype(text(settings, "dtype") ?? "auto");
  const format = resolveWeights(modelName, text(settings, "quantization"), dtype);
  if ("where" in format) return fail(format);

  const gpuMemoryUtilization = number(settings, "gpu_memory_utilization") ?? 0.92;
  if (gpuMemoryUtilization > 1 || gpuMemoryUtilization <= 0) {
    const high = gpuMemoryUtilization > 1;
    return fail(
      failures.outOfBounds("CacheConfig", [
        {
          name: "gpu_memory_utilization",
          value: gpuMemoryUtilization,
          bound: high ? "less than or equal to 1" : "greater than 0",
          kind: high ? "less_than_equal" : "greater_than",
          type: "float",
        },
      ]),
    );
  }

  const tensorParallel = number(settings, "tensor_parallel_size") ?? 1;
  const pipelineParallel = number(settings, "pipeline_parallel_size") ?? 1;
  const dataParallel = number(settings, "data_parallel_size") ?? 1;
  const available = visibleGpus(variables);
  const world = tensorParallel * pipelineParallel;
  if (world > available) return fail(failures.tooManyGpus(world, available));
  if (model.heads % tensorParallel !== 0) return fail(failures.headsNotDivisible(model.heads, tensorParallel));

  const scheduler = resolveScheduler(settings, gpu, maxModelLen);
  if ("where" in scheduler) return fail(scheduler);

  const graphs = resolveGraphs(settings, scheduler.maxNumSeqs);
  const speculation = resolveSpeculation(settings);
  const asyncAsked = truth(settings, "async_scheduling");
  const asyncScheduling = speculation?.asyncScheduling === false ? false : (asyncAsked ?? true);
  if (speculation?.asyncScheduling === false) {
    notes.push(
      `Async scheduling is not supported with ${speculation.method}-based speculative decoding and will be disabled.`,
    );
  }
  const kvCacheDtype = text(settings, "kv_cache_dtype") ?? "auto";
  const dtypeBytes = constants.dtypes[dtype].bytes;
  const machinery: Machinery = {
    gpu,
    model,
    weights: format,
    dtypeBytes,
    kvBytesPerValue: kvBytes(kvCacheDtype, dtypeBytes),
    tensorParallel,
    asyncScheduling,
    compiled: graphs.compiled,
    largestGraph: graphs.sizes.at(-1) ?? 0,
    draftShare: speculation === null ? 0 : speculation.draftShare * speculation.tokens,
    pace: paceOf(variables),
  };

  const memory = memoryUse(
    { ...machinery, tensorParallel: world },
    {
      gpuMemoryUtilization,
      maxNumSeqs: scheduler.maxNumSeqs,
      maxNumBatchedTokens: scheduler.maxNumBatchedTokens,
      graphSizes: graphs.sizes.length,
    },
  );
  if (memory.weights + memory.runtime > gpu.memoryGib * 2 ** 30) return fail(failures.outOfMemory(gpu.memoryGib));
  const kvCacheBytes = number(settings, "kv_cache_memory_bytes") ?? memory.kvCache;
  const blockSize = number(settings, "block_size") ?? 16;
  const tokenBytes = kvBytesPerToken(machinery) / world;
  const fitting = Math.floor(kvCacheBytes / (tokenBytes * blockSize));
  const blocks = number(settings, "num_gpu_blocks_override") ?? fitting;
  if (fitting <= 0 || blocks <= 0) return fail(failures.noKvRoom());
  const room = blocks * blockSize;
  if (fitLength && room < maxModelLen) {
    maxModelLen = room;
    notes.push(
      `Auto-fit max_model_len: reduced from ${model.maxPositionEmbeddings} to ${room} to fit in available GPU memory`,
    );
  }
  if (room < maxModelLen) {
    return fail(failures.kvBelowLength(maxModelLen, maxModelLen * tokenBytes, room * tokenBytes, room));
  }

  return {
    ok: true,
    configuration: {
      modelName,
      version: variables["CETERIS_SIMULATED_VERSION"] ?? engineVersion,
      servedModelName: firstText(settings["served_model_name"]) ?? modelName,
      dtype,
      quantization: format.method,
      kvCacheDtype,
      machinery,
      memory,
      kvCacheBytes,
      maxModelLen,
      gpuMemoryUtilization,
      blockSize,
      blocks,
      prefixCaching: truth(settings, "enable_prefix_caching") ?? true,
      ...scheduler,
      longPrefillTokenThreshold: number(settings, "long_prefill_token_threshold") ?? 0,
      reserveFullPrompt: truth(settings, "scheduler_reserve_full_isl") ?? true,
      streamInterval: number(settings, "stream_interval") ?? 1,
      enforceEager: truth(settings, "enforce_eager") ?? false,
      graphSizes: graphs.sizes,
      graphMode: graphs.mode,
      optimizationLevel: number(settings, "optimization_level") ?? 2,
      pipelineParallel,
      dataParallel,
      speculation,
      settings,
      notes,
    },
  };
}

function resolveDtype(asked: string): Dtype {
  const same: Record<string, Dtype> = { auto: "bfloat16", half: "float16", float: "float32" };
  return same[asked] ?? (asked as Dtype);
}

/** What the checkpoint's name says of its weights, and what `--quantization` makes of them while loading. */
function resolveWeights(modelName: string, asked: string | null, dtype: Dtype): WeightFormat | StartupFailure {
  const { methods, online, checkpoints } = constants.quantizations;
  if (asked !== null && !methods.includes(asked)) return failures.unknownQuantization(asked, methods);
  const checkpoint = checkpoints.find((row) => new RegExp(row.match, "i").test(modelName));
  if (checkpoint) {
    const found = checkpoint.methods[0]!;
    if (asked !== null && !checkpoint.methods.includes(asked)) return failures.otherQuantization(found, asked);
    return formatOf(asked ?? found, checkpoint);
  }
  if (asked === null) return formatOf(null, constants.dtypes[dtype]);
  const made = (online as Record<string, { bytes: number; compute: string } | undefined>)[asked];
  if (made === undefined) return failures.noQuantizationConfig(asked);
  return formatOf(asked, made);
}

/** `row`: of the table of constants. */
function formatOf(method: string | null, { bytes, compute }: { bytes: number; compute: string }): WeightFormat {
  return { method, bytes, compute: compute as WeightFormat["compute"] };
}

function kvBytes(asked: string, dtypeBytes: number): number {
  return constants.kv_cache_dtypes.bytes.find((row) => new RegExp(row.match).test(asked))?.bytes ?? dtypeBytes;
}

/** GPUs of the simulated machine: as many as CUDA_VISIBLE_DEVICES names, else 8. */
function visibleGpus(variables: Readonly<Record<string, string>>): number {
  const visible = variables["CUDA_VISIBLE_DEVICES"];
  return visible === undefined || visible === "" ? 8 : visible.split(",").length;
}

function firstText(value: Json | undefined): string | null {
  return asText(Array.isArray(value) ? value[0] : value);
}
