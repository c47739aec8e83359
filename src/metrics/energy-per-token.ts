import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { deliveredInWindow } from "./delivered.ts";
import type { MetricInput } from "./metric.ts";
import { gpuEnergy } from "./power.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "energy_per_token",
  unit: "J/tok",
  title: "GPU energy per output token",
  definition: "GPU energy over the window ÷ the output tokens that arrived in it.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { tokens, n, why: untold } = deliveredInWindow(input);
  const { joules, why, rule } = gpuEnergy(input);
  const row = { n, rule };
  if (joules === null) return [valueRow(definition, { ...row, value: null, why })];
  if (tokens === null) return [valueRow(definition, { ...row, value: null, why: untold })];
  if (tokens === 0) return [valueRow(definition, { ...row, value: null, why: "no output tokens" })];
  return [valueRow(definition, { ...row, value: joules / tokens, why })];
}
