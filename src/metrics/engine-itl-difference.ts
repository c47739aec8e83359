import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { histogramMean } from "./engine-series.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "itl_client_minus_engine",
  unit: "ms",
  title: "ITL, client less engine",
  definition:
    "Mean gap between the chunks that came between the scrapes around the window − the engine's own mean inter-token latency over the same: near 0, since what lies between the two moves a whole stream and not its gaps; a check on both.",
  better: "neither",
  stats: ["value"],
};

/** Gaps that are counted on one side of a scrape and seen on the other: as many as requests were open, or this share, are not another population. */
const strayShare = 0.01;

export function measure(input: MetricInput): Measurement[] {
  const engine = histogramMean(input, "itl");
  const row = { rule: "means of the same gaps", n: engine.n };
  if (engine.value === null) return [valueRow(definition, { ...row, value: null, why: engine.why })];
  const client = gapsBetween(input, engine.fromNs, engine.toNs);
  const stray = Math.abs(client.count - engine.n);
  const { heldMax } = input.observation.inFlight;
  // Few gaps could be strays one and all.
  if (client.count === 0 || stray > Math.max(Math.min(heldMax, engine.n / 10), strayShare * engine.n)) {
    const why = `the engine counted ${engine.n} gaps between tokens where the client saw ${client.count} between chunks: not the same`;
    return [valueRow(definition, { ...row, value: null, why })];
  }
  const value = client.sumNs / client.count / 1e6 - engine.value * 1e3;
  return [valueRow(definition, { ...row, value, why: null })];
}

/** Gaps that ended between two scrapes, of every request, the warm-up's too: the engine counts them all. */
function gapsBetween({ observation }: MetricInput, fromNs: number, toNs: number): { count: number; sumNs: number } {
  const gaps = { count: 0, sumNs: 0 };
  for (const { length, atNs, gapNs } of observation.tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const gap = gapNs[row]!;
      if (Number.isNaN(gap) || atNs[row]! <= fromNs || atNs[row]! > toNs) continue;
      gaps.count += 1;
      gaps.sumNs += gap;
    }
  }
  return gaps;
}
