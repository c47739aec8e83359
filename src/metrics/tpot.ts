import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { distributionStats, seriesRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "tpot",
  unit: "ms",
  title: "Time per output token",
  definition: "(Last token − first token) ÷ (output tokens − 1), of requests with at least 2 output tokens.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const sample: number[] = [];
  for (const { firstTokenNs, lastTokenNs, outputTokens } of finished) {
    if (firstTokenNs === null || lastTokenNs === null || outputTokens === null || outputTokens < 2) continue;
    sample.push((lastTokenNs - firstTokenNs) / 1e6 / (outputTokens - 1));
  }
  const none =
    finished.length === 0 ? "no request finished" : "no finished request has 2 output tokens that the server counted";
  return seriesRows(definition, sample, { none });
}
