import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { gpuEnergy } from "./power.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "energy_total",
  unit: "J",
  title: "GPU energy",
  definition:
    "Energy of the engine's GPUs over the window: their counter, else the trapezoid over power; not attributable where a MIG slice or a stranger's process shares one, or the window is under 30 s.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { joules, why, rule } = gpuEnergy(input);
  return [valueRow(definition, { value: joules, why, rule, n: finishedRequests(input).length })];
}
