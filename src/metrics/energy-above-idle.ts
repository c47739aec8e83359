import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { gpuEnergy, idlePower } from "./power.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "energy_above_idle",
  unit: "J",
  title: "GPU energy above idle",
  definition:
    "GPU energy over the window less what the GPUs, engine up, drew in the second before the first request × the window; in no other figure is idle power taken off.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { startNs, endNs } = input.observation.window;
  const { joules, why, rule } = gpuEnergy(input);
  const row = { rule, n: finishedRequests(input).length };
  if (joules === null) return [valueRow(definition, { ...row, value: null, why })];
  const idle = idlePower(input);
  if (idle.value === null) return [valueRow(definition, { ...row, value: null, why: idle.why })];
  return [valueRow(definition, { ...row, value: joules - idle.value * ((endNs - startNs) / 1e9), why })];
}
