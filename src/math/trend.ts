import { lagOneAutocorrelation } from "./autocorrelation.ts";
import { normalCdf, studentTCdf } from "./distributions.ts";
import { quantileLinear, sortedCopy } from "./quantile.ts";
import { mean } from "./statistics.ts";

/** Whether a series climbs or falls, and by how much. */
export interface Trend {
  /** Change from the first value to the last along the median slope, in the unit of the values. */
  readonly change: number;
  /** That there is no trend, two-sided, allowing for autocorrelation. */
  readonly p: number;
}

/**
 * Whether values at equal distances climb or fall, with the median of all slopes: by Mann's and Kendall's test for a monotonic
 * trend, or by the means of the first and the last third, which sees a step that a line does not fit; the smaller p, doubled.
 * Autocorrelation that the values show beside the trend widens both (it never narrows them). Null of fewer than 8.
 * Sources: H. B. Mann, "Nonparametric tests against trend", Econometrica 13, 1945; P. K. Sen, "Estimates of the regression
 * coefficient based on Kendall's tau", JASA 63, 1968; S. Yue and C. Wang, "The Mann-Kendall test modified by effective sample
 * size to detect trend in serially correlated hydrological series", Water Resources Management 18, 2004; J. Geweke,
 * "Evaluating the accuracy of sampling-based approaches to the calculation of posterior moments", 1992, for the two ends.
 */
export function trendOf(values: readonly number[] | Float64Array): Trend | null {
  const n = values.length;
  if (n < 8) return null;
  const slopes: number[] = [];
  let score = 0;
  for (let later = 1; later < n; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const step = values[later]! - values[earlier]!;
      score += Math.sign(step);
      slopes.push(step / (later - earlier));
    }
  }
  const slope = quantileLinear(sortedCopy(slopes), 0.5)!;
  const residuals = Float64Array.from(values, (value, at) => value - slope * at);
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * widening(lagOneAutocorrelation(ranksOf(residuals)), n);
  // With the correction for continuity.
  const z = score === 0 ? 0 : (Math.abs(score) - 1) / Math.sqrt(variance);
  return { change: slope * (n - 1), p: Math.min(1, 2 * Math.min(2 * normalCdf(-z), endsDiffer(values))) };
}

/** p of the difference between the means of the first and the last third, by t. */
function endsDiffer(values: readonly number[] | Float64Array): number {
  const size = Math.floor(values.length / 3);
  const ends = [Float64Array.from(values.slice(0, size)), Float64Array.from(values.slice(-size))] as const;
  const [first, last] = ends.map((end) => mean(end)!) as [number, number];
  const [before, after] = [ends[0].map((value) => value - first), ends[1].map((value) => value - last)];
  const degreesOfFreedom = 2 * (size - 1);
  const squares = [...before, ...after].reduce((total, value) => total + value * value, 0);
  if (squares === 0) return first === last ? 1 : 0;
  const r = (lagOneAutocorrelation(before) + lagOneAutocorrelation(after)) / 2;
  const error = Math.sqrt((2 * (squares / degreesOfFreedom) * widening(r, size)) / size);
  return 2 * studentTCdf(-Math.abs(last - first) / error, degreesOfFreedom);
}

/** Places in ascending order, from 0; equal values in any. */
function ranksOf(values: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length);
  const order = Uint32Array.from(values, (_, at) => at).toSorted((left, right) => values[left]! - values[right]!);
  for (const [rank, at] of order.entries()) ranks[at] = rank;
  return ranks;
}

/**
 * By how much first-order autocorrelation widens the variance of a mean or of Kendall's score: (1 + r) ÷ (1 - r). Beside what
 * was fitted to n values r1 comes out too low by about (1 + 4r) ÷ n, which is put back.
 * Source of the bias: F. H. C. Marriott and J. A. Pope, "Bias in the estimation of autocorrelations", Biometrika 41, 1954.
 */
function widening(r1: number, n: number): number {
  const r = n <= 4 ? r1 : Math.min(0.95, (n * r1 + 1) / (n - 4));
  return r <= 0 ? 1 : (1 + r) / (1 - r);
}
