import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { deliveredInWindow } from "./delivered.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "client_cpu_per_token",
  unit: "µs",
  title: "Client CPU per token",
  definition: "CPU time of the load generator in the window ÷ the output tokens that arrived in it.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { tokens, n, why } = deliveredInWindow(input);
  const row = { n, rule: "exact" };
  if (tokens === null) return [valueRow(definition, { ...row, value: null, why })];
  if (tokens === 0) return [valueRow(definition, { ...row, value: null, why: "no output tokens" })];
  return [valueRow(definition, { ...row, value: (input.observation.clientCpuS * 1e6) / tokens, why })];
}
