import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "requests_cancelled",
  unit: "1",
  title: "Requests cut off by the client",
  definition:
    "Measured requests that the client cut off on purpose, as the workload's `cancel` says. They are neither finished nor failed, and are in no latency; the tokens that arrived count in the rates.",
  better: "neither",
  stats: ["value"],
};

export function measure({ observation }: MetricInput): Measurement[] {
  let n = 0;
  let value = 0;
  for (const { phase, cancelled } of observation.requests) {
    if (phase !== "measure") continue;
    n += 1;
    if (cancelled) value += 1;
  }
  return [valueRow(definition, { value, why: null, n, rule: "exact" })];
}
