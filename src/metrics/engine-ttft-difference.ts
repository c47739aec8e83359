import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { ttftsBetween, histogramMean } from "./engine-series.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "ttft_client_minus_engine",
  unit: "ms",
  title: "TTFT, client less engine",
  definition:
    "Mean TTFT of the requests whose first token came between the scrapes around the window − the engine's own mean over the same: what lies between the two (HTTP, tokenizing, the load generator), and a check on both.",
  better: "neither",
  stats: ["value"],
};

/** First tokens that are counted on one side of a scrape and seen on the other: as many as requests were open, but no more than a tenth, or this share, are not another population. */
const strayShare = 0.01;

export function measure(input: MetricInput): Measurement[] {
  const engine = histogramMean(input, "ttft");
  const row = { rule: "means of the same requests", n: engine.n };
  if (engine.value === null) return [valueRow(definition, { ...row, value: null, why: engine.why })];
  const ttftsNs = ttftsBetween(input, engine.fromNs, engine.toNs);
  const stray = Math.abs(ttftsNs.length - engine.n);
  const { heldMax } = input.observation.inFlight;
  const allowed = Math.max(1, Math.min(heldMax, engine.n / 10), strayShare * engine.n);
  if (ttftsNs.length === 0 || stray > allowed) {
    const why = `the engine counted ${engine.n} first tokens where the client saw ${ttftsNs.length}: not the same requests`;
    return [valueRow(definition, { ...row, value: null, why })];
  }
  const clientNs = ttftsNs.reduce((sum, ttftNs) => sum + ttftNs, 0);
  const value = clientNs / ttftsNs.length / 1e6 - engine.value * 1e3;
  return [valueRow(definition, { ...row, value, why: null })];
}
