import { endWasSilent } from "../schema/later-tokens.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, outputTokens } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "tokens_per_chunk",
  unit: "1",
  title: "Tokens per chunk",
  definition: "Output tokens ÷ token-bearing chunks; an end token that came without a chunk of its own is not counted.",
  better: "neither",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const value = tokensPerChunk(input);
  const why = value === null ? (outputTokens(finished).why ?? "no finished request has a token") : null;
  return [valueRow(definition, { value, why, n: finished.length, rule: "exact" })];
}

/** Null where the server did not count, or nothing came. */
export function tokensPerChunk(input: MetricInput): number | null {
  const finished = finishedRequests(input);
  let { tokens } = outputTokens(finished);
  let chunks = 0;
  for (const request of finished) {
    chunks += request.chunks;
    if (tokens !== null && endWasSilent(request)) tokens -= 1;
  }
  return tokens === null || chunks === 0 ? null : tokens / chunks;
}
