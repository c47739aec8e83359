import { quantileLinear, sortedCopy } from "./quantile.ts";
import type { Random } from "./random.ts";
import { mean } from "./statistics.ts";

export interface BootstrapInterval {
  readonly lower: number;
  readonly upper: number;
  /** Neighbours that are drawn together; 1 where values are independent. */
  readonly blockLength: number;
}

export interface BootstrapOptions {
  readonly random: Random;
  /** Resamples; 1000 where it is not said. */
  readonly resamples?: number;
  /** Two-sided confidence; 0.95 where it is not said. */
  readonly level?: number;
  /** Neighbours that are drawn together; by `movingBlockLength` where it is not said. */
  readonly blockLength?: number;
}

/**
 * The percentile interval of a statistic of values in their order of time: resamples are put together from overlapping blocks
 * of neighbours, so that autocorrelation stays in them. Null of fewer than 2 values or where the statistic has no value.
 * Sources: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3; H. R. Künsch, "The jackknife
 * and the bootstrap for general stationary observations", Annals of Statistics 17(3), 1989.
 */
export function bootstrapInterval(
  values: readonly number[] | Float64Array,
  statistic: (resample: Float64Array) => number | null,
  { random, resamples = 1000, level = 0.95, blockLength = movingBlockLength(values) }: BootstrapOptions,
): BootstrapInterval | null {
  const n = values.length;
  if (n < 2) return null;
  const length = Math.max(1, Math.min(blockLength, n));
  const found: number[] = [];
  const resample = new Float64Array(n);
  for (let draw = 0; draw < resamples; draw++) {
    for (let filled = 0; filled < n; filled += length) {
      const start = random.integer(n - length + 1);
      for (let at = 0; at < length && filled + at < n; at++) resample[filled + at] = values[start + at]!;
    }
    const value = statistic(resample);
    if (value === null) return null;
    found.push(value);
  }
  const sorted = sortedCopy(found);
  const tail = (1 - level) / 2;
  return { lower: quantileLinear(sorted, tail)!, upper: quantileLinear(sorted, 1 - tail)!, blockLength: length };
}

/** The correlation of neighbours, r1 of the series about its mean; 0 of fewer than 3 values or where none varies. */
export function lagOneAutocorrelation(values: readonly number[] | Float64Array): number {
  const centre = mean(values);
  if (centre === null || values.length < 3) return 0;
  let along = 0;
  let all = 0;
  for (let at = 0; at < values.length; at++) {
    const here = values[at]! - centre;
    all += here * here;
    if (at > 0) along += here * (values[at - 1]! - centre);
  }
  return all === 0 ? 0 : along / all;
}

/**
 * How many neighbours to draw together: 1 where r1 is within what independent values would show (2/√n), else the length that
 * is best for the variance of a mean of a first-order autoregression, (√6 r / (1 - r²))^⅔ n^⅓, at most n/4.
 * Source: E. Carlstein, "The use of subseries values for estimating the variance of a general statistic from a stationary
 * sequence", Annals of Statistics 14(3), 1986.
 */
export function movingBlockLength(values: readonly number[] | Float64Array): number {
  const n = values.length;
  const r = Math.min(0.99, lagOneAutocorrelation(values));
  if (n < 8 || r <= 2 / Math.sqrt(n)) return 1;
  const best = ((Math.sqrt(6) * r) / (1 - r * r)) ** (2 / 3) * Math.cbrt(n);
  return Math.max(1, Math.min(Math.ceil(best), Math.floor(n / 4)));
}
