import { allowedStrays, histogramMean } from "./engine-series.ts";
import { figure, type MetricInput } from "./metric.ts";

export const itlClientMinusEngine = figure(
  {
    id: "itl_client_minus_engine",
    unit: "ms",
    title: "ITL, client less engine",
    definition:
      "Time between first and last chunk that passed between the scrapes around the window, over all streams, for each gap that the engine counted − the engine's own mean inter-token latency over the same: near 0, since what lies between the two delays a whole stream and not its gaps, and tokens that share a chunk change no sum; a check on both.",
    better: "neither",
  },
  (input) => {
    const rule = "sums over the same gaps";
    const engine = histogramMean(input, "itl");
    const { n } = engine;
    if (engine.value === null) return { value: null, why: engine.why, n, rule };
    const client = gapsBetween(input, engine.fromNs, engine.toNs);
    // An engine counts a gap for each token or, where it drafts, for each step of several tokens, which is a chunk.
    const stray = Math.min(Math.abs(client.tokens - n), Math.abs(client.chunks - n));
    if (client.chunks === 0 || stray > allowedStrays(input, n)) {
      const why = `the engine counted ${n} gaps between tokens where the client saw ${client.tokens} tokens in ${client.chunks} chunks after the first: not the same`;
      return { value: null, why, n, rule };
    }
    return { value: client.sumNs / n / 1e6 - engine.value * 1e3, n, rule };
  },
);

interface Gaps {
  chunks: number;
  /** A chunk whose tokens the server did not count is taken for one. */
  tokens: number;
  sumNs: number;
}

/** Gaps that ended between two scrapes, of every request, the warm-up's too: the engine counts them all. */
function gapsBetween({ observation }: MetricInput, fromNs: number, toNs: number): Gaps {
  const gaps: Gaps = { chunks: 0, tokens: 0, sumNs: 0 };
  for (const { length, atNs, gapNs, tokens } of observation.tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const gap = gapNs[row]!;
      if (Number.isNaN(gap) || atNs[row]! <= fromNs || atNs[row]! > toNs) continue;
      gaps.chunks += 1;
      gaps.tokens += Math.max(1, tokens[row]!);
      gaps.sumNs += gap;
    }
  }
  return gaps;
}
