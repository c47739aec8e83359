import type { Measurement, Statistic } from "./measurement.ts";

/** A figure of a trial that follows from another one of its figures. */
export interface DerivedFigure {
  metric: string;
  stat: Statistic;
  unit: string;
  from: { metric: string; stat: Statistic };
  /** The figure of a value; the reason where there is none. `gpus`: of the configuration, null where that is not known. */
  derive: (value: number, gpus: number | null) => { value: number; why: null } | { value: null; why: string };
}

/** Rates of which there is one for each GPU too, with their units: what throughput and goodput are judged by where arms have unlike numbers of GPUs. */
const rates = {
  output_throughput_steady: "tok/s",
  output_throughput: "tok/s",
  loadgen_tokens: "tok/s",
  goodput: "req/s",
} as const;

/** `goodput_per_gpu` of `goodput`; null of a metric that has no such figure. */
export function perGpuName(metric: string): string | null {
  return Object.hasOwn(rates, metric) ? `${metric}_per_gpu` : null;
}

const perGpu = ([metric, unit]: [metric: string, unit: string]): DerivedFigure => ({
  metric: `${metric}_per_gpu`,
  stat: "value",
  unit,
  from: { metric, stat: "value" },
  derive(value, gpus) {
    if (gpus === null) return { value: null, why: "how many GPUs the configuration takes is not known" };
    return gpus === 0 ? { value: null, why: "the configuration takes no GPU" } : { value: value / gpus, why: null };
  },
});

/** In the order of tables. */
export const derivedFigures: readonly DerivedFigure[] = [
  ...Object.entries(rates).map(perGpu),
  {
    metric: "interactivity",
    stat: "value",
    unit: "tok/s",
    from: { metric: "tpot", stat: "p50" },
    derive: (value) =>
      value > 0 ? { value: 1000 / value, why: null } : { value: null, why: "the median time per output token is 0" },
  },
];

/** A derived figure from the rows of a trial; null where the row that it follows from is not there. */
export function derivedRow(
  { metric, stat, unit, from, derive }: DerivedFigure,
  rows: readonly Measurement[],
  gpus: number | null,
): Measurement | null {
  const base = rows.find((row) => row.metric === from.metric && row.stat === from.stat);
  if (base === undefined) return null;
  const { n, rule, source } = base;
  const row = { metric, stat, unit, n, rule, source };
  if (base.value === null) return { ...row, value: null, why: base.why };
  const derived = derive(base.value, gpus);
  return { ...row, ...derived, why: derived.why ?? base.why };
}
