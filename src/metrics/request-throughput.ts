import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedInWindow } from "./requests.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "request_throughput",
  unit: "req/s",
  title: "Request throughput",
  definition:
    "Requests that finished in the measurement window ÷ the window, also those of the warm-up and those that follow the last measured one; in Offline the measured ones ÷ the longest latency, as LoadGen does.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const n = finishedInWindow(input).length;
  const { seconds, rule } = rateSpan(input);
  if (n === 0 || seconds === null) {
    return [valueRow(definition, { value: null, why: "no request finished", n, rule })];
  }
  return [valueRow(definition, { value: n / seconds, why: null, n, rule })];
}
