import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { latencyGroupRows } from "./groups.ts";
import { firstToken, latencyRows, sent } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "ttft",
  unit: "ms",
  title: "Time to first token",
  definition:
    "First token-bearing chunk − actual send. Of conversations by turn as well (`p50/turn 2`), of request classes by class (`p50/class chat`).",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  return [
    ...latencyRows(input, definition, sent, firstToken),
    ...latencyGroupRows(input, definition, sent, firstToken),
  ];
}
