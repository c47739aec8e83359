import * as failures from "./failures.ts";
import type { StartupFailure } from "./failures.ts";
import { graphSizes } from "./roofline.ts";
import constants from "./roofline.json" with { type: "json" };
import { number, object, text, truth, type Settings } from "./settings.ts";

/** Defaults of a server by the GPU's memory: vllm.md §5, rows max-num-seqs and max-num-batched-tokens. */
export function resolveScheduler(
  settings: Settings,
  gpu: { id: string; memoryGib: number },
  maxModelLen: number,
): { maxNumSeqs: number; maxNumBatchedTokens: number; chunkedPrefill: boolean } | StartupFailure {
  const large = gpu.memoryGib >= 70 && !gpu.id.startsWith("A100");
  const doubled = text(settings, "performance_mode") === "throughput" ? 2 : 1;
  const chunkedPrefill = truth(settings, "enable_chunked_prefill") ?? true;
  const defaultTokens = (large ? (gpu.memoryGib >= 160 ? 16384 : 8192) : 2048) * doubled;
  const askedSeqs = number(settings, "max_num_seqs");
  const askedTokens = number(settings, "max_num_batched_tokens");
  const sequences = askedSeqs ?? (large ? 1024 : 256) * doubled;
  const tokens =
    askedTokens ??
    Math.min(sequences * maxModelLen, chunkedPrefill ? defaultTokens : Math.max(defaultTokens, maxModelLen));
  const maxNumSeqs = askedSeqs ?? Math.min(sequences, tokens);

  const below = [
    { name: "max_num_batched_tokens", value: tokens },
    { name: "max_num_seqs", value: maxNumSeqs },
  ].filter(({ value }) => value < 1);
  if (below.length > 0) {
    return failures.outOfBounds(
      "SchedulerConfig",
      below.map((field) => ({
        ...field,
        bound: "greater than or equal to 1",
        kind: "greater_than_equal",
        type: "int",
      })),
    );
  }
  if (tokens < maxModelLen && !chunkedPrefill) return failures.batchBelowLength(tokens, maxModelLen);
  if (tokens < maxNumSeqs) return failures.batchBelowSequences(tokens, maxNumSeqs);
  return { maxNumSeqs, maxNumBatchedTokens: tokens, chunkedPrefill };
}

/** The captured batch sizes, up to min(2 × max_num_seqs, 512) unless set; none when eager. */
export function resolveGraphs(
  settings: Settings,
  maxNumSeqs: number,
): { compiled: boolean; mode: string; sizes: number[] } {
  const none = { mode: "NONE", sizes: [] };
  if (truth(settings, "enforce_eager") === true) return { compiled: false, ...none };
  const compilation = object(settings, "compilation_config");
  const level = number(settings, "optimization_level") ?? 2;
  const compilationMode = compilation["mode"] ?? (level === 0 ? 0 : 3);
  const compiled = compilationMode !== 0 && compilationMode !== "NONE";
  const mode = text(compilation, "cudagraph_mode") ?? (level === 0 ? "NONE" : "FULL_AND_PIECEWISE");
  if (mode === "NONE") return { compiled, ...none };
  const listed = settings["cudagraph_capture_sizes"] ?? compilation["cudagraph_capture_sizes"];
  if (Array.isArray(listed)) return { compiled, mode, sizes: listed.map(Number).toSorted((a, b) => a - b) };
  const largest =
    number(settings, "max_cudagraph_capture_size") ??
    number(compilation, "max_cudagraph_capture_size") ??
    Math.min(2 * maxNumSeqs, 512);
  return { compiled, mode, sizes: graphSizes(largest) };
}

/** Null where nothing is drafted; else the method with the rates of the table. */
export function resolveSpeculation(settings: Settings) {
  const given = object(settings, "speculative_config");
  const method = text(given, "method") ?? text(settings, "spec_method");
  const tokens = number(given, "num_speculative_tokens") ?? number(settings, "spec_tokens");
  if (method === null || tokens === null || tokens < 1) return null;
  const methods = constants.speculation.methods as Record<string, typeof constants.speculation.other | undefined>;
  const row = methods[method] ?? constants.speculation.other;
  return {
    method,
    tokens,
    accepted: row.accepted,
    draftShare: row.draft_share,
    asyncScheduling: row.async_scheduling,
  };
}
