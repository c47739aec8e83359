import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, outputTokens } from "./requests.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "output_throughput",
  unit: "tok/s",
  title: "Output throughput",
  definition:
    "Output tokens of the finished requests ÷ the measurement window; in Offline ÷ the longest latency, as LoadGen does.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const { seconds, rule } = rateSpan(input);
  const { tokens, why } = outputTokens(finished);
  const n = finished.length;
  if (n === 0 || seconds === null) {
    return [valueRow(definition, { value: null, why: "no request finished", n, rule })];
  }
  return [valueRow(definition, { value: tokens === null ? null : tokens / seconds, why, n, rule })];
}
