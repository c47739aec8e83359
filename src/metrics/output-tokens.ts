import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { countedRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "output_tokens",
  unit: "tok",
  title: "Output tokens",
  definition: "Tokens that the server says it generated for each finished request, and their sum.",
  better: "neither",
  stats: ["sum", "mean", "p50", "min", "max"],
};

export function measure(input: MetricInput): Measurement[] {
  return countedRows(definition, finishedRequests(input), (request) => request.outputTokens);
}
