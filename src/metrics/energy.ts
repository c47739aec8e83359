import { mean } from "../math/statistics.ts";
import { gpusOfEngine, readingsInWindow } from "../schema/gpu-series.ts";
import type { MetricDefinition } from "../schema/measurement.ts";
import { deliveredInWindow } from "./delivered.ts";
import { growth } from "./integrals.ts";
import { figure, type Figure, type Metric, type MetricInput } from "./metric.ts";
import { gpuEnergy, idlePower } from "./power.ts";
import { finishedRequests } from "./requests.ts";

/** What rests on what was sampled beside the requests, in the order of tables. */
export const energyFigures: readonly Metric[] = [
  sampled(
    {
      id: "energy_per_token",
      unit: "J/tok",
      title: "GPU energy per output token",
      definition: "GPU energy over the window ÷ the output tokens that arrived in it.",
      better: "lower",
    },
    (input) => {
      const { tokens, n, why: untold } = deliveredInWindow(input);
      const { joules, why, rule } = gpuEnergy(input);
      if (joules === null) return { value: null, why, n, rule };
      if (tokens === null) return { value: null, why: untold, n, rule };
      if (tokens === 0) return { value: null, why: "no output tokens", n, rule };
      return { value: joules / tokens, why, n, rule };
    },
  ),
  sampled(
    {
      id: "energy_total",
      unit: "J",
      title: "GPU energy",
      definition:
        "Energy of the engine's GPUs over the window: their counter, else the trapezoid over power; not attributable where a MIG slice or a stranger's process shares one, or the window is under 30 s.",
      better: "lower",
    },
    (input) => ofEnergy(input, (joules) => joules),
  ),
  sampled(
    {
      id: "energy_above_idle",
      unit: "J",
      title: "GPU energy above idle",
      definition:
        "GPU energy over the window less what the GPUs, engine up, drew in the second before the first request × the window; in no other figure is idle power taken off.",
      better: "lower",
    },
    (input) => {
      const whole = ofEnergy(input, (joules) => joules);
      const idle = idlePower(input);
      if (whole.value === null) return whole;
      if (idle.value === null) return { ...whole, value: null, why: idle.why };
      return { ...whole, value: whole.value - idle.value * windowS(input) };
    },
  ),
  sampled(
    {
      id: "power_mean",
      unit: "W",
      title: "Mean GPU power",
      definition: "GPU energy over the window ÷ the window.",
      better: "neither",
    },
    (input) => ofEnergy(input, (joules) => joules / windowS(input)),
  ),
  sampled(
    {
      id: "gpu_sm_clock",
      unit: "MHz",
      title: "SM clock",
      definition:
        "Mean SM clock of the engine's GPUs, over the readings in the window; where it differs between two sides, their GPUs ran at different speeds.",
      better: "neither",
    },
    ({ observation }) => {
      const gpus = gpusOfEngine(observation.series);
      const readings = gpus.flatMap((gpu) => readingsInWindow(observation, `${gpu}/clock_sm_mhz`));
      const value = mean(readings);
      const why = value === null ? "no SM clock was read in the window" : null;
      return { value, why, n: readings.length, rule: "mean of readings" };
    },
  ),
  sampled(
    {
      id: "cpu_energy",
      unit: "J",
      title: "CPU energy",
      definition:
        "RAPL energy of all CPU packages over the window: everything on them, the load generator and other programs too.",
      better: "neither",
    },
    (input) => {
      const { series, window } = input.observation;
      const packages = series.filter(({ name }) => /^cpu\/package\d+_energy_j$/.test(name));
      const figureOf = { n: finishedRequests(input).length, rule: "counter" };
      if (packages.length === 0) return { ...figureOf, value: null, why: "RAPL is not there or may not be read" };
      let joules = 0;
      for (const one of packages) {
        const { value, why } = growth(one, window);
        if (value === null) return { ...figureOf, value: null, why: `${one.name}: ${why}` };
        joules += value;
      }
      return { ...figureOf, value: joules };
    },
  ),
];

function sampled(named: Omit<MetricDefinition, "stats">, figureOf: (input: MetricInput) => Figure): Metric {
  return figure(named, figureOf, "telemetry");
}

/** A figure made of the GPUs' energy in J; null where that is. */
function ofEnergy(input: MetricInput, made: (joules: number) => number): Figure {
  const { joules, why, rule } = gpuEnergy(input);
  return { value: joules === null ? null : made(joules), why, n: finishedRequests(input).length, rule };
}

function windowS({ observation: { window } }: MetricInput): number {
  return (window.endNs - window.startNs) / 1e9;
}
