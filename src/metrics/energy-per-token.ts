import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { gpuEnergy } from "./power.ts";
import { finishedRequests, outputTokens } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "energy_per_token",
  unit: "J/tok",
  title: "GPU energy per output token",
  definition: "GPU energy over the window ÷ output tokens of the finished requests.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const finished = finishedRequests(input);
  const { tokens, why: untold } = outputTokens(finished);
  const { joules, why, rule } = gpuEnergy(input);
  const row = { n: finished.length, rule };
  if (joules === null) return [valueRow(definition, { ...row, value: null, why })];
  if (tokens === null) return [valueRow(definition, { ...row, value: null, why: untold })];
  if (tokens === 0) return [valueRow(definition, { ...row, value: null, why: "no output tokens" })];
  return [valueRow(definition, { ...row, value: joules / tokens, why })];
}
