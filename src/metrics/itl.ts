import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { distributionRows, distributionStats } from "./rows.ts";
import { tokensPerChunk } from "./tokens-per-chunk.ts";

export const definition: MetricDefinition = {
  id: "itl",
  unit: "ms",
  title: "Inter-token latency",
  definition:
    "Gap between successive token-bearing chunks, pooled over requests; inter-chunk where chunks hold more than 1.05 tokens on average.",
  better: "lower",
  stats: distributionStats,
};

/** DESIGN §6: above this many tokens a chunk, a gap between chunks is no longer one between tokens. */
const MOST_TOKENS_PER_CHUNK = 1.05;

export function measure(input: MetricInput): Measurement[] {
  const { requests, tokens } = input.observation;
  const counts = requests.map(({ phase, error }) => phase === "measure" && error === null);
  const before = new Float64Array(requests.length).fill(Number.NaN);
  const gaps = new Float64Array(tokens.length);
  let length = 0;
  for (let row = 0; row < tokens.length; row++) {
    const request = tokens.request[row]!;
    if (!counts[request]) continue;
    const atNs = tokens.atNs[row]!;
    const lastNs = before[request]!;
    before[request] = atNs;
    if (Number.isNaN(lastNs)) continue;
    gaps[length] = (atNs - lastNs) / 1e6;
    length += 1;
  }
  const perChunk = tokensPerChunk(input);
  const note =
    perChunk !== null && perChunk > MOST_TOKENS_PER_CHUNK
      ? `inter-chunk: chunks hold ${perChunk.toFixed(2)} tokens on average`
      : null;
  return distributionRows(definition, gaps.subarray(0, length), { none: "no finished request has two chunks", note });
}
