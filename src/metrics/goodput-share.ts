import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { requestsWithinSlo } from "./slo.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "goodput_share",
  unit: "%",
  title: "Goodput share",
  definition:
    "Requests that meet every limit of the workload's `slo` ÷ all measured requests; one that failed meets none.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { good, n, why } = requestsWithinSlo(input);
  return [valueRow(definition, { value: why === null ? (100 * good) / n : null, why, n, rule: "exact" })];
}
