import { binomialCdf } from "./distributions.ts";
import { firstWhere } from "./first-where.ts";

declare const sorted: unique symbol;

/** Values in ascending order. Only `sortedCopy` makes one, so no unsorted array reaches a percentile. */
export type Sorted = Float64Array & { readonly [sorted]: true };

/** Zero-based indices into the sorted sample, both inclusive. */
export interface QuantileInterval {
  readonly lower: number;
  readonly upper: number;
}

/**
 * An ascending copy of a sample.
 * @throws RangeError where a value is NaN: a missing measurement has no place in a sample.
 */
export function sortedCopy(values: Iterable<number>): Sorted {
  const copy = Float64Array.from(values).toSorted();
  // Typed arrays sort NaN behind everything else.
  if (Number.isNaN(copy.at(-1))) throw new RangeError("sortedCopy: a value is NaN");
  return copy as unknown as Sorted;
}

/** The median, in the unit of the sample; null of none. */
export function median(values: Iterable<number>): number | null {
  return quantileLinear(sortedCopy(values), 0.5);
}

/**
 * The p-quantile between neighbouring order statistics, in the unit of the sample; null of none.
 * Equal to `numpy.quantile(values, p)`, method "linear": R. J. Hyndman and Y. Fan, "Sample quantiles
 * in statistical packages", The American Statistician 50(4), 1996, definition 7.
 * @param p between 0 and 1
 */
export function quantileLinear(values: Sorted, p: number): number | null {
  checkProbability(p);
  if (values.length === 0) return null;
  const position = p * (values.length - 1);
  const index = Math.floor(position);
  const weight = position - index;
  const below = values[index]!;
  const above = values[Math.min(index + 1, values.length - 1)]!;
  if (below === above) return below;
  // NumPy goes from the nearer neighbour, which keeps the result monotonic in p.
  return weight < 0.5 ? below + (above - below) * weight : above - (above - below) * (1 - weight);
}

/**
 * The p-quantile by MLPerf LoadGen's rule, `sorted[trunc(n·p)]` with zero-based index, in the unit of
 * the sample; null of none. At p = 1 the index is held to the last value.
 * @param p between 0 and 1
 */
export function quantileLoadgen(values: Sorted, p: number): number | null {
  checkProbability(p);
  return values[Math.min(Math.trunc(values.length * p), values.length - 1)] ?? null;
}

/**
 * The order statistics between which the p-quantile of any continuous distribution lies with at least
 * the given confidence, each side missing it with at most (1 - level) / 2. Null where the sample is
 * too small to have them (fewer than `minimumSampleFor(p, level)`).
 * Source: H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed., section 7.1: the number of values
 * below the quantile is binomial (n, p).
 * @param n sample size
 * @param p between 0 and 1
 * @param level confidence, two-sided, between 0 and 1
 */
export function quantileInterval(n: number, p: number, level = 0.95): QuantileInterval | null {
  checkProbability(p);
  if (n < minimumSampleFor(p, level)) return null;
  const tail = (1 - level) / 2;
  // The quantile lies under value i (zero-based) where at most i values are below it, and over it
  // where more than i are.
  const lower = firstWhere(0, n, (index) => binomialCdf(index, n, p) > tail) - 1;
  const upper = firstWhere(0, n, (index) => 1 - binomialCdf(index, n, p) <= tail);
  // At the smallest sample, rounding must not push an index out of it.
  return { lower: Math.max(lower, 0), upper: Math.min(upper, n - 1) };
}

/**
 * The smallest sample that gives the p-quantile a two-sided distribution-free interval: the smallest n
 * with p^n and (1 - p)^n at most (1 - level) / 2. 368 for p99 at 95 %; Infinity at p = 0 and 1.
 */
export function minimumSampleFor(p: number, level = 0.95): number {
  checkProbability(p);
  const base = Math.max(p, 1 - p);
  if (base === 1) return Infinity;
  const tail = (1 - level) / 2;
  const guess = Math.max(1, Math.floor(Math.log(tail) / Math.log(base)));
  return base ** guess <= tail ? guess : guess + 1;
}

function checkProbability(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile's p is between 0 and 1, not ${p}`);
}
