import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { lastToken, latencyRows, scheduled } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "e2e_sched",
  unit: "ms",
  title: "End-to-end latency from the intended send",
  definition: "Last token − scheduled send; null in a closed loop. In Offline every request is due at the start.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  return latencyRows(input, definition, scheduled, lastToken);
}
