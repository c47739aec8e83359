export const statistics = ["value", "mean", "p50", "p90", "p95", "p99", "p99.9", "min", "max", "sum"] as const;
export type Statistic = (typeof statistics)[number];

/** One figure of a trial, in a long row. A null has its reason. */
export interface Measurement {
  metric: string;
  stat: Statistic;
  unit: string;
  value: number | null;
  /** Why it is null, or what to know about it. */
  why: string | null;
  n: number;
  /** How it was computed where that is a choice: `linear`, `loadgen`. */
  rule: string;
  source: "client" | "engine" | "imported";
}

/** Every metric is declared with its unit before it can be recorded; docs and units derive from this. */
export interface MetricDefinition {
  id: string;
  unit: string;
  title: string;
  /** The definition of DESIGN §6, in a sentence. */
  definition: string;
  better: "higher" | "lower" | "neither";
  stats: readonly Statistic[];
}
