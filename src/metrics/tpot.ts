import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { timePerToken } from "../schema/time-per-token.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { distributionStats, seriesRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "tpot",
  unit: "ms",
  title: "Time per output token",
  definition:
    "(Last token − first token) ÷ the tokens that arrived in the chunks after the first, over requests with at least two chunks. A token that the server counts and no chunk carries, as most end tokens, does not count.",
  better: "lower",
  stats: distributionStats,
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const perTokenOf = timePerToken(input.observation);
  const sample: number[] = [];
  for (const request of finished) {
    if (request.outputTokens === null) continue;
    const perToken = perTokenOf(request);
    if (perToken !== null) sample.push(perToken / 1e6);
  }
  const none =
    finished.length === 0
      ? "no request finished"
      : "the server counted no tokens after the first chunk of any finished request";
  return seriesRows(definition, sample, { none });
}
