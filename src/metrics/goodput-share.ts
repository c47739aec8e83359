import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { classGroup, inGroup } from "./groups.ts";
import type { MetricInput } from "./metric.ts";
import { requestsWithinSlo, type WithinSlo } from "./slo.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "goodput_share",
  unit: "%",
  title: "Goodput share",
  definition:
    "Requests that meet every limit of their class's `slo`, else of the workload's, ÷ all measured requests but those that the client cut off; one that failed meets none. Of request classes by class as well.",
  better: "higher",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { all, byClass, why } = requestsWithinSlo(input);
  const row = ({ good, n }: WithinSlo): Measurement => {
    const reason = why ?? (n === 0 ? "no request was measured" : null);
    return valueRow(definition, { value: reason === null ? (100 * good) / n : null, why: reason, n, rule: "exact" });
  };
  return [row(all), ...[...byClass].map(([name, own]) => inGroup(row(own), classGroup(name)))];
}
