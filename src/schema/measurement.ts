export const statistics = ["value", "mean", "p50", "p90", "p95", "p99", "p99.9", "min", "max", "sum"] as const;
export type Statistic = (typeof statistics)[number];

/** A statistic of some of the requests, which are named behind it: `p50/turn 2`, `value/class interactive`. A metric that has such rows has the whole's as well. */
export type GroupStatistic = `${Statistic}/${string}`;

/** One figure of a trial, in a long row. A null has its reason. */
export interface Measurement {
  metric: string;
  stat: Statistic | GroupStatistic;
  unit: string;
  value: number | null;
  /** Why it is null, or what to know about it. */
  why: string | null;
  n: number;
  /** How it was computed where that is a choice: `linear`, `loadgen`. */
  rule: string;
  source: "client" | "engine" | "telemetry" | "imported";
  /** Null where the figure has none; absent where none is worked out. */
  interval?: MeasurementInterval | null;
}

/** A 95 % interval of a figure from the requests of its own trial, in the figure's unit: how well they pin it down, not how well another trial repeats it. */
export interface MeasurementInterval {
  lower: number;
  upper: number;
  /** How it was found: `bootstrap of 1000 resamples, neighbours in blocks of 9, read at 96.1 %`. */
  method: string;
  /** How many independent values the trial's are worth; absent where neighbours are not alike. */
  worth?: number;
  /** How many neighbours were drawn together; absent where none were. */
  blockLength?: number;
}

/** Every metric is declared with its unit before it can be recorded; docs and units derive from this. */
export interface MetricDefinition {
  id: string;
  unit: string;
  title: string;
  /** The definition in a sentence: docs/metrics.md. */
  definition: string;
  better: "higher" | "lower" | "neither";
  stats: readonly Statistic[];
}
