import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { latencyRows, scheduled, sent } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "send_lag",
  unit: "ms",
  title: "Send lag",
  definition: "Actual send − scheduled send; null in a closed loop.",
  better: "neither",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  return latencyRows(input, definition, scheduled, sent);
}
