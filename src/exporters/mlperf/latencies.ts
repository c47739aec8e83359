import { quantileLoadgen, sortedCopy, type Sorted } from "../../math/quantile.ts";

/** The shares that LoadGen reports, in its order (loadgen/results.h). */
export const reportedShares = [0.5, 0.9, 0.95, 0.97, 0.99, 0.999] as const;

/** What LoadGen tells of one kind of latency. Nanoseconds. */
export interface Latencies {
  sorted: Sorted;
  min: number;
  max: number;
  mean: number;
  /** At `reportedShares`. */
  percentiles: number[];
  /** At the percentile that the scenario is judged by. */
  target: number;
}

/** Latencies of at least one value, by LoadGen's index and its mean, which is cut to whole nanoseconds. */
export function latenciesOf(values: readonly number[], percentile: number): Latencies {
  const sorted = sortedCopy(values);
  const at = (share: number): number => quantileLoadgen(sorted, share) ?? Number.NaN;
  return {
    sorted,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    mean: wholeMean(values),
    percentiles: reportedShares.map(at),
    target: at(percentile),
  };
}

/** The sum of a day's latencies in ns is larger than a number holds exactly. */
function wholeMean(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + BigInt(Math.round(value)), 0n);
  return Number(sum / BigInt(values.length));
}
