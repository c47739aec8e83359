import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { firstToken, latencyRows, sent } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "ttft",
  unit: "ms",
  title: "Time to first token",
  definition: "First token-bearing chunk − actual send.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  return latencyRows(input, definition, sent, firstToken);
}
