import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "requests_finished",
  unit: "1",
  title: "Requests finished",
  definition: "Measured requests that succeeded; the warm-up is left out.",
  better: "neither",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const value = finishedRequests(input).length;
  return [valueRow(definition, { value, why: null, n: value + failedRequests(input).length, rule: "exact" })];
}
