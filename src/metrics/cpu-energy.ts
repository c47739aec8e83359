import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { growth } from "./integrals.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "cpu_energy",
  unit: "J",
  title: "CPU energy",
  definition:
    "RAPL energy of all CPU packages over the window: everything on them, the load generator and other programs too.",
  better: "neither",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { series, window } = input.observation;
  const packages = series.filter(({ name }) => /^cpu\/package\d+_energy_j$/.test(name));
  const row = { rule: "counter", n: finishedRequests(input).length };
  if (packages.length === 0)
    return [valueRow(definition, { ...row, value: null, why: "RAPL is not there or may not be read" })];
  let joules = 0;
  for (const one of packages) {
    const { value, why } = growth(one, window);
    if (value === null) return [valueRow(definition, { ...row, value: null, why: `${one.name}: ${why}` })];
    joules += value;
  }
  return [valueRow(definition, { ...row, value: joules, why: null })];
}
