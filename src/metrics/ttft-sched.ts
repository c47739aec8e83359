import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { firstToken, latencyRows, scheduled } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "ttft_sched",
  unit: "ms",
  title: "Time to first token from the intended send",
  definition: "First token-bearing chunk − scheduled send; null in a closed loop.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  return latencyRows(input, definition, scheduled, firstToken);
}
