import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { deliveredInWindow } from "./delivered.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "output_throughput",
  unit: "tok/s",
  title: "Output throughput",
  definition:
    "Output tokens that arrived in the measurement window ÷ the window. Tokens of every open request count, also of those that the client cut off. In Offline: output tokens of the finished requests ÷ the longest latency, as LoadGen does; under a ruleset: the same tokens ÷ the window.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const { seconds, rule } = rateSpan(input);
  if (finished.length === 0 || seconds === null) {
    return [valueRow(definition, { value: null, why: "no request finished", n: finished.length, rule })];
  }
  const { tokens, n, why } = deliveredInWindow(input);
  return [valueRow(definition, { value: tokens === null ? null : tokens / seconds, why, n, rule })];
}
