import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { countedRows } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "prompt_tokens",
  unit: "tok",
  title: "Prompt tokens",
  definition: "Tokens of the prompt of each finished request, as the server counts them, and their sum.",
  better: "neither",
  stats: ["sum", "mean", "p50", "min", "max"],
};

export function measure(input: MetricInput): Measurement[] {
  return countedRows(definition, finishedRequests(input), (request) => request.promptTokens);
}
