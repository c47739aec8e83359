import { mean } from "../math/statistics.ts";
import { gpusOfEngine, readingsInWindow } from "../schema/gpu-series.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "gpu_sm_clock",
  unit: "MHz",
  title: "SM clock",
  definition:
    "Mean SM clock of the engine's GPUs, over the readings in the window; where it differs between two sides, their GPUs ran at different speeds.",
  better: "neither",
  stats: ["value"],
};

export function measure({ observation }: MetricInput): Measurement[] {
  const gpus = gpusOfEngine(observation.series);
  const readings = gpus.flatMap((gpu) => readingsInWindow(observation, `${gpu}/clock_sm_mhz`));
  const value = mean(readings);
  const why = value === null ? "no SM clock was read in the window" : null;
  return [valueRow(definition, { value, why, rule: "mean of readings", n: readings.length })];
}
