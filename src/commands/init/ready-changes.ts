import type { Engine } from "../../schema/engine.ts";
import type { Json } from "../../schema/json.ts";
import type { Assignment } from "../../schema/knob.ts";
import { scopeOf, wholeKnob } from "../../schema/knob-scopes.ts";

/** A change that `ceteris init` writes for who names it. */
export interface ReadyChange {
  /** The row's name in the matrix. */
  id: string;
  /** Its label. */
  title: string;
  /** The change. */
  set: Assignment;
  /** What the baseline says, so that the change has something to differ from. */
  baseline?: Assignment;
  /** What the baseline says too, all of it, where the engine would move some of it along with the change, without a word. */
  pins?: Assignment;
  /** What a reader of the matrix should know. */
  comment: string;
}

/** Holds the size of the KV cache still: 8 GiB fit beside an 8B model on a GPU of 40 GB, and a request of such length fits into them. */
const sameKvCache: Assignment = { kv_cache_memory_bytes: 8 * 2 ** 30, max_model_len: 8192 };

/** In the order in which they are offered. An engine is offered those whose knobs its file has. */
export const readyChanges: readonly ReadyChange[] = [
  {
    id: "fp8-weights",
    title: "FP8 weights",
    set: { quantization: "fp8" },
    comment:
      "Weights are rounded to FP8 when they are loaded. It can change answers: declare `accuracy` before you ship it.",
  },
  {
    id: "fp8-kv-cache",
    title: "FP8 KV cache",
    set: { kv_cache_dtype: "fp8" },
    comment:
      "Half the bytes for each token in the KV cache. It can change answers: declare `accuracy` before you ship it.",
  },
  {
    id: "batch-16k",
    title: "16384 batched tokens",
    set: { max_num_batched_tokens: 16_384 },
    baseline: { max_num_batched_tokens: 8192 },
    pins: sameKvCache,
    comment:
      "Twice the tokens of one step: prompts are read sooner, and who is being answered waits longer for a token.",
  },
  {
    id: "seqs-64",
    title: "64 sequences",
    set: { max_num_seqs: 64 },
    baseline: { max_num_seqs: 256 },
    pins: { ...sameKvCache, max_cudagraph_capture_size: 512 },
    comment:
      "A smaller largest batch. It shows where more than 64 requests are in flight: raise `load.concurrency` to see it.",
  },
  {
    id: "prefix-caching-off",
    title: "prefix caching off",
    set: { enable_prefix_caching: false },
    comment: "It costs where prompts begin alike: give the dataset `shared_prefix_tokens`, or conversations.",
  },
  {
    id: "async-scheduling-off",
    title: "async scheduling off",
    set: { async_scheduling: false },
    comment: "Each step waits until the step before it is done.",
  },
  {
    id: "chunked-prefill",
    title: "chunked prefill",
    set: { enable_chunked_prefill: true },
    comment: "Long prompts are read in parts, beside the decoding of others.",
  },
  {
    id: "cuda-graphs-off",
    title: "CUDA graphs off",
    set: { compilation_config: { cudagraph_mode: "NONE" } },
    comment: "Kernels are launched one by one. It starts sooner, and small batches are slower.",
  },
  {
    id: "ngram",
    title: "n-gram speculation",
    set: { speculative_config: { method: "ngram", num_speculative_tokens: 3 } },
    pins: { async_scheduling: false },
    comment: "Guesses from the prompt. It pays where answers repeat the prompt, as summaries and edits do.",
  },
  {
    id: "two-gpus",
    title: "two GPUs",
    set: { tensor_parallel_size: 2 },
    comment: "Each layer is split over two GPUs. Compare tokens a second per GPU.",
  },
  {
    id: "mixed-chunks",
    title: "mixed chunks",
    set: { enable_mixed_chunk: true },
    comment: "Chunks of prompts share a step with decoding.",
  },
  {
    id: "radix-cache-off",
    title: "radix cache off",
    set: { disable_radix_cache: true },
    comment: "It costs where prompts begin alike: give the dataset `shared_prefix_tokens`, or conversations.",
  },
  {
    id: "overlap-schedule-off",
    title: "overlapped scheduling off",
    set: { disable_overlap_schedule: true },
    comment: "Each step waits until the step before it is done.",
  },
  {
    id: "overlap-scheduler-off",
    title: "overlapped scheduling off",
    set: { disable_overlap_scheduler: true },
    comment: "Each step waits until the step before it is done.",
  },
  {
    id: "block-reuse-off",
    title: "block reuse off",
    set: { enable_block_reuse: false },
    comment: "It costs where prompts begin alike: give the dataset `shared_prefix_tokens`, or conversations.",
  },
  {
    id: "slots-4",
    title: "four slots",
    set: { n_parallel: 4 },
    comment: "Four requests are answered at a time; with one slot all others wait.",
  },
  {
    id: "prompt-cache-off",
    title: "prompt cache off",
    set: { cache_prompt: false },
    comment: "It costs where prompts begin alike: give the dataset `shared_prefix_tokens`, or conversations.",
  },
  {
    id: "q8-keys",
    title: "8-bit keys",
    set: { cache_type_k: "q8_0" },
    comment: "Keys of the KV cache in 8 bits. It can change answers: declare `accuracy` before you ship it.",
  },
  {
    id: "decode-16",
    title: "16 decoded together",
    set: { decode_concurrency: 16 },
    comment: "Half the requests that are decoded together.",
  },
  {
    id: "prefill-512",
    title: "prefill steps of 512",
    set: { prefill_step_size: 512 },
    comment: "Prompts are read in smaller parts, so that others wait less for their next token.",
  },
  {
    id: "in-flight-32",
    title: "32 in flight",
    set: { "load.concurrency": 32 },
    comment: "Twice the load, from the client: any engine can be asked.",
  },
];

/** Those that change something on this engine, as far as its file tells. */
export function offeredChanges(engine: Engine): ReadyChange[] {
  return readyChanges.filter((change) => isOffered(engine, change));
}

/** True where the engine can be asked for the change, and does not do so anyway. */
export function isOffered(engine: Engine, { set, baseline = {} }: ReadyChange): boolean {
  return Object.entries({ ...baseline, ...set }).every(([knob, value]) => canBeSet(engine, knob, value));
}

/** What the baseline says for these changes: only members that the engine has, and pins where a coupling asks for them. */
export function baselineOf(engine: Engine, changes: readonly ReadyChange[]): Assignment {
  const knobs: Assignment = {};
  for (const { set, baseline = {}, pins = {} } of changes) {
    const isAsked = Object.keys(pins).some((pin) => Object.keys(set).some((knob) => isMoved(engine, knob, pin)));
    Object.assign(knobs, baseline, isAsked ? pins : {});
  }
  return knobs;
}

/** True where the engine moves something along with `knob` unless `pin` is declared. */
function isMoved({ couplings }: Engine, knob: string, pin: string): boolean {
  return couplings.some(
    (coupling) =>
      coupling.knob === knob &&
      (coupling.when ?? []).some((condition) => condition.knob === pin && condition.declared === false),
  );
}

function canBeSet({ knobs }: Engine, knob: string, value: Json): boolean {
  if (scopeOf(knob) !== null) return true;
  const definition = knobs[wholeKnob(knob)];
  if (definition === undefined || definition.unsupported !== undefined || definition.inert !== undefined) return false;
  const { values, open, type, members } = definition;
  // A knob that takes any map says nothing of what its members are called.
  if (type === "json" && members === undefined) return false;
  if (JSON.stringify(definition.default) === JSON.stringify(value)) return false;
  return (
    type !== "choice" || open === true || values === undefined || (typeof value === "string" && values.includes(value))
  );
}
