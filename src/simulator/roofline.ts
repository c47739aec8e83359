import { fromDisk } from "../schema/disk.ts";
import { parametersOf, type Compute, type Model, type WeightFormat } from "./model.ts";
import constants from "./roofline.json" with { type: "json" };

const { efficiency, overheads, memory } = constants;

interface Gpu {
  id: string;
  name: string;
  memoryGib: number;
  hbmBytesPerS: number;
  flops: Record<Compute, number | null>;
  /** One way, to the other GPUs of the machine. */
  linkBytesPerS: number;
}

const gpus = fromDisk<Record<string, Omit<Gpu, "id">>>(constants.gpus);

export const gpuIds = Object.keys(gpus);

/** Null where the table has no such GPU. */
export function gpuOf(id: string): Gpu | null {
  const gpu = gpus[id];
  return gpu === undefined ? null : { id, ...gpu };
}

/** What a step's time depends on beside its load. */
export interface Machinery {
  gpu: Gpu;
  model: Model;
  weights: WeightFormat;
  /** Bytes of one value of embedding and head, and of activations. */
  dtypeBytes: number;
  kvBytesPerValue: number;
  tensorParallel: number;
  asyncScheduling: boolean;
  compiled: boolean;
  /** Largest batch of tokens with a captured CUDA graph; 0 where none is captured. */
  largestGraph: number;
  /** GPU time of drafting, as a share of the step without it. */
  draftShare: number;
  /** The factor on every step's time, which is the noise of this launch; 1 where there is none. */
  pace: number;
}

/** What a step computes. */
export interface StepLoad {
  /** Tokens that go through the layers, of prompts and of outputs. */
  tokens: number;
  sequences: number;
  /** Sequences that yield a token. */
  sampled: number;
  /** Cached tokens that attention reads, over all sequences. */
  contextTokens: number;
  /** Pairs of a token and one that it attends to. */
  attentionPairs: number;
}

/** Bytes that one token holds in the KV cache, over all layers and all GPUs: 2 (key and value) × layers × KV heads × head size × bytes. */
export function kvBytesPerToken(machinery: Pick<Machinery, "model" | "kvBytesPerValue">): number {
  const { layers, kvHeads, headDim } = machinery.model;
  return 2 * layers * kvHeads * headDim * machinery.kvBytesPerValue;
}

/** Bytes of all weights, over all GPUs. */
function weightBytes({ model, weights, dtypeBytes }: Pick<Machinery, "model" | "weights" | "dtypeBytes">): number {
  const { embedding, head, layers } = parametersOf(model);
  return (embedding + head) * dtypeBytes + layers * weights.bytes;
}

/**
 * Seconds of one step: the roofline (S. Williams, A. Waterman and D. Patterson, CACM 52(4), 2009) of memory traffic and
 * arithmetic, each at its share of the data sheet's rate, not below the time of launching the kernels; then small kernels
 * and gaps, the exchange between GPUs, and what the CPU adds.
 */
export function stepSeconds(machinery: Machinery, load: StepLoad): number {
  const { gpu, model, weights, tensorParallel } = machinery;
  const { head, layers } = parametersOf(model);

  const rate = tensorParallel * gpu.hbmBytesPerS;
  const narrow = multipliesIn8Bits(machinery);
  const weightRate = rate * (narrow ? efficiency.hbm_8_bit_weights : efficiency.hbm).value;
  const otherBytes = head * machinery.dtypeBytes + load.contextTokens * kvBytesPerToken(machinery);
  const memoryS = (layers * weights.bytes) / weightRate + otherBytes / (rate * efficiency.hbm.value);

  // Without units for the format its values are widened, and multiplied as bfloat16.
  const compute = gpu.flops[weights.compute] === null ? "bfloat16" : weights.compute;
  const flops = gpu.flops[compute]! * efficiency[`compute_${compute}`].value * tensorParallel;
  const headFlops = gpu.flops.bfloat16! * efficiency.compute_bfloat16.value * tensorParallel;
  const attentionFlops = 4 * model.layers * model.heads * model.headDim * load.attentionPairs;
  const computeS = (2 * layers * load.tokens) / flops + (2 * head * load.sampled + attentionFlops) / headFlops;

  const gpuS =
    Math.max(memoryS, computeS, launchSeconds(machinery, load.tokens)) +
    smallKernelSeconds(machinery, load.tokens) +
    exchangeSeconds(machinery, load.tokens);
  const drafted = gpuS * (1 + machinery.draftShare);
  const cpuS = overheads.step_cpu_s.value + load.sequences * overheads.sequence_cpu_s.value;
  const step = machinery.asyncScheduling ? Math.max(drafted, cpuS) : drafted + cpuS;
  return (step + overheads.sync_s.value) * machinery.pace;
}

function launchSeconds({ model, compiled, largestGraph }: Machinery, tokens: number): number {
  if (tokens <= largestGraph) return overheads.launch_graph_s.value;
  return model.layers * (compiled ? overheads.launch_layer_compiled_s : overheads.launch_layer_eager_s).value;
}

function multipliesIn8Bits({ gpu, weights }: Machinery): boolean {
  return (weights.compute === "fp8" || weights.compute === "int8") && gpu.flops[weights.compute] !== null;
}

/** What each layer takes beside its matrix products: gaps where no CUDA graph is replayed, and conversions to 8 bits. */
function smallKernelSeconds(machinery: Machinery, tokens: number): number {
  const { model, compiled, largestGraph, dtypeBytes, kvBytesPerValue } = machinery;
  const narrow = multipliesIn8Bits(machinery);
  let layerS = 0;
  if (tokens > largestGraph) layerS += (compiled ? overheads.gap_layer_compiled_s : overheads.gap_layer_eager_s).value;
  if (narrow) layerS += overheads.quantize_layer_s.value;
  if (kvBytesPerValue < dtypeBytes) {
    layerS += overheads.kv_convert_layer_s.value + (narrow ? overheads.kv_convert_8_bit_layer_s.value : 0);
  }
  return model.layers * layerS;
}

/** Two all-reduces a layer where tensors are split: latency, and 2(n−1)/n of the activations over the links. */
function exchangeSeconds({ gpu, model, dtypeBytes, tensorParallel }: Machinery, tokens: number): number {
  if (tensorParallel === 1) return 0;
  const bytes = (tokens * model.hidden * dtypeBytes * 2 * (tensorParallel - 1)) / tensorParallel;
  return 2 * model.layers * (overheads.all_reduce_s.value + bytes / gpu.linkBytesPerS);
}

/** What one GPU's memory is spent on, in bytes. */
export interface MemoryUse {
  budget: number;
  weights: number;
  runtime: number;
  activations: number;
  graphs: number;
  /** What is left for the KV cache; negative where there is nothing left. */
  kvCache: number;
}

/** Memory of one GPU as vLLM's profiling run divides it: utilization × memory, less everything but the cache. */
export function memoryUse(
  machinery: Machinery,
  limits: { gpuMemoryUtilization: number; maxNumSeqs: number; maxNumBatchedTokens: number; graphSizes: number },
): MemoryUse {
  const { gpu, model, tensorParallel, dtypeBytes } = machinery;
  const budget = gpu.memoryGib * 2 ** 30 * limits.gpuMemoryUtilization;
  const weights = weightBytes(machinery) / tensorParallel;
  const runtime = memory.runtime_bytes.value;
  const width = model.hidden + (2 * model.intermediate) / tensorParallel;
  const activations =
    limits.maxNumBatchedTokens * width * dtypeBytes * memory.activation_copies.value +
    (limits.maxNumSeqs * model.vocab * 4 * memory.sampler_copies.value) / tensorParallel;
  const graphs = limits.graphSizes * memory.graph_size_bytes.value * (model.layers / 32);
  return { budget, weights, runtime, activations, graphs, kvCache: budget - weights - runtime - activations - graphs };
}

/** The batch sizes that vLLM captures a CUDA graph for: 1, 2, 4, by 8 to 256, by 16 beyond. */
export function graphSizes(largest: number): number[] {
  const sizes = [1, 2, 4].filter((size) => size <= largest);
  for (let size = 8; size <= largest && size < 256; size += 8) sizes.push(size);
  for (let size = 256; size <= largest; size += 16) sizes.push(size);
  return sizes;
}
