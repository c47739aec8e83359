import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { loadgenRates } from "./loadgen-totals.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "loadgen_samples",
  unit: "req/s",
  title: "Samples a second by LoadGen's formula",
  definition:
    "Under a ruleset. Offline: samples ÷ the longest latency. Server, as completed: samples less one ÷ the end of the query issued last.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { rates, n, why } = loadgenRates(input);
  return [valueRow(definition, { value: rates?.samplesPerS ?? null, why, n, rule: "loadgen" })];
}
