import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "requests_failed",
  unit: "1",
  title: "Requests failed",
  definition: "Measured requests that ended with an error, past their deadline, or were cut off.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const value = failedRequests(input).length;
  return [valueRow(definition, { value, why: null, n: value + finishedRequests(input).length, rule: "exact" })];
}
