import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { classGroup, inGroup } from "./groups.ts";
import type { MetricInput } from "./metric.ts";
import { finishedInWindow } from "./requests.ts";
import { requestsWithinSlo } from "./slo.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "goodput",
  unit: "req/s",
  title: "Goodput",
  definition:
    "Requests that finished in the measurement window (as request throughput counts them) and met every limit of their class's `slo`, else of the workload's, ÷ the measurement window; in an open loop, TTFT and end-to-end latency count from the scheduled send. Of request classes by class as well (`value/class chat`).",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { all, byClass, why } = requestsWithinSlo(input, finishedInWindow(input));
  const { seconds, rule } = rateSpan(input);
  const row = ({ good, n }: { good: number; n: number }): Measurement =>
    why !== null || seconds === null
      ? valueRow(definition, { value: null, why: why ?? "no request finished", n, rule })
      : valueRow(definition, { value: good / seconds, why: null, n, rule });
  return [row(all), ...[...byClass].map(([name, own]) => inGroup(row(own), classGroup(name)))];
}
