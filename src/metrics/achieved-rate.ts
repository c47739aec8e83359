import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { sent } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { sendRate } from "./send-rate.ts";

export const definition: MetricDefinition = {
  id: "achieved_rate",
  unit: "req/s",
  title: "Achieved rate",
  definition:
    "Requests of an open loop after the first ÷ the time from when that was due until the last was sent; null elsewhere.",
  better: "neither",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  return [sendRate(input, definition, sent)];
}
