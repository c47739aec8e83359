import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { requestsWithinSlo } from "./slo.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "goodput",
  unit: "req/s",
  title: "Goodput",
  definition:
    "Finished requests that meet every limit of the workload's `slo` ÷ the measurement window; in an open loop, TTFT and end-to-end latency count from the scheduled send.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { good, n, why } = requestsWithinSlo(input);
  const { seconds, rule } = rateSpan(input);
  if (why !== null || seconds === null) {
    return [valueRow(definition, { value: null, why: why ?? "no request finished", n, rule })];
  }
  return [valueRow(definition, { value: good / seconds, why: null, n, rule })];
}
