import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { gpuEnergy } from "./power.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "power_mean",
  unit: "W",
  title: "Mean GPU power",
  definition: "GPU energy over the window ÷ the window.",
  better: "neither",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { startNs, endNs } = input.observation.window;
  const { joules, why, rule } = gpuEnergy(input);
  const value = joules === null ? null : joules / ((endNs - startNs) / 1e9);
  return [valueRow(definition, { value, why, rule, n: finishedRequests(input).length })];
}
