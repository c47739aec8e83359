import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { classGroup, inGroup } from "./groups.ts";
import type { MetricInput } from "./metric.ts";
import { finishedInWindow } from "./requests.ts";
import { requestsWithinSlo, type WithinSlo } from "./slo.ts";
import { valueRow } from "./rows.ts";
import { rateSpan } from "./span.ts";

export const definition: MetricDefinition = {
  id: "goodput_tokens",
  unit: "tok/s",
  title: "Goodput in tokens",
  definition:
    "Output tokens of the requests that goodput counts ÷ the measurement window, so that a long answer within its limits counts for more than a short one.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { all, byClass, why } = requestsWithinSlo(input, finishedInWindow(input));
  const { seconds, rule } = rateSpan(input);
  const row = ({ goodTokens, n }: WithinSlo): Measurement => {
    const reason =
      why ??
      (seconds === null ? "no request finished" : null) ??
      (goodTokens === null ? "the server gave no token count for some of the requests" : null);
    const value = reason === null ? goodTokens! / seconds! : null;
    return valueRow(definition, { value, why: reason, n, rule });
  };
  return [row(all), ...[...byClass].map(([name, own]) => inGroup(row(own), classGroup(name)))];
}
