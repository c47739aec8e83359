import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import type { Pool } from "./pooled.ts";
import { finishedRequests } from "./requests.ts";
import { distributionStats, pooledRows } from "./rows.ts";
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
  const perChunk = tokensPerChunk(input);
  const note =
    perChunk !== null && perChunk > MOST_TOKENS_PER_CHUNK
      ? `inter-chunk: chunks hold ${perChunk.toFixed(2)} tokens on average`
      : null;
  return pooledRows(definition, gapsMs(input), { none: "no finished request has two chunks", note });
}

/** Gaps of the finished requests in ms, in lent blocks. */
function gapsMs(input: MetricInput): Pool {
  const { requests, tokens } = input.observation;
  const counts = new Uint8Array(requests.length);
  for (const { index } of finishedRequests(input)) counts[index] = 1;
  let room = new Float64Array();
  return function* () {
    for (const { length, request, gapNs } of tokens.blocks()) {
      if (room.length < length) room = new Float64Array(length);
      let gaps = 0;
      for (let row = 0; row < length; row += 1) {
        const gap = gapNs[row]!;
        if (Number.isNaN(gap) || counts[request[row]!] === 0) continue;
        room[gaps] = gap / 1e6;
        gaps += 1;
      }
      yield room.subarray(0, gaps);
    }
  };
}
