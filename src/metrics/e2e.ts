import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { lastToken, latencyRows, sent } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "e2e",
  unit: "ms",
  title: "End-to-end latency",
  definition: "Last token − actual send.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  return latencyRows(input, definition, sent, lastToken);
}
