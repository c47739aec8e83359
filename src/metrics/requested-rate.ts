import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { scheduled } from "./latency.ts";
import { sendRate } from "./send-rate.ts";

export const definition: MetricDefinition = {
  id: "requested_rate",
  unit: "req/s",
  title: "Requested rate",
  definition:
    "Requests of an open loop after the first ÷ the time from when that was due until the last was due; null elsewhere.",
  better: "neither",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  return [sendRate(input, definition, scheduled)];
}
