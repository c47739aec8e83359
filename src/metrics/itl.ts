import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import type { Pool } from "../math/pooled.ts";
import { finishedRequests } from "./requests.ts";
import { distributionStats, pooledRows } from "./rows.ts";
import { tokensPerChunk } from "./tokens-per-chunk.ts";

export const definition: MetricDefinition = {
  id: "itl",
  unit: "ms",
  title: "Inter-token latency",
  definition:
    "Gap between successive token-bearing chunks, pooled over requests; labelled inter-chunk where more than 1.05 tokens arrive at once on average, in one chunk or in several of one write.",
  better: "lower",
  stats: distributionStats,
};

/** Above this many tokens that arrive at once, a gap between arrivals is no longer one between tokens. */
const MOST_AT_ONCE = 1.05;

export function measure(input: MetricInput): Measurement[] {
  return pooledRows(definition, gapsMs(input), { none: "no finished request has two chunks", note: noteOf(input) });
}

function noteOf(input: MetricInput): string | null {
  const perChunk = tokensPerChunk(input);
  if (perChunk !== null && perChunk > MOST_AT_ONCE) {
    return `inter-chunk: chunks hold ${perChunk.toFixed(2)} tokens on average`;
  }
  const atOnce = chunksAtOnce(input);
  return (perChunk ?? 1) * atOnce > MOST_AT_ONCE
    ? `inter-chunk: ${atOnce.toFixed(2)} chunks arrived at once on average, as several events of one write`
    : null;
}

/** Chunks of the finished requests ÷ moments at which they arrived. */
function chunksAtOnce(input: MetricInput): number {
  let [chunks, together] = [0, 0];
  for (const request of finishedRequests(input)) chunks += request.chunks;
  for (const gaps of gapsMs(input)()) for (const gap of gaps) if (gap === 0) together += 1;
  return chunks > together ? chunks / (chunks - together) : 1;
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
