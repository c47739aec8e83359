import { lagOneAutocorrelation } from "./autocorrelation.ts";
import { normalCdf } from "./distributions.ts";
import { median } from "./quantile.ts";
import { mean, type Values } from "./statistics.ts";
import { twoSidedP } from "./t-test.ts";

/** Whether a series climbs or falls, and by how much. */
export interface Trend {
  /** Change from the first value to the last along the median slope, in the unit of the values; where the two thirds have the smaller p, from the first third to the last. */
  readonly change: number;
  /** That there is no trend, two-sided, allowing for autocorrelation. */
  readonly p: number;
}

/** A drift is smooth: what a polynomial of this degree leaves is noise, and its autocorrelation that of the noise. */
const DEGREE = 3;
const TERMS = DEGREE + 1;

/**
 * Whether values at equal distances climb or fall, with the median of all slopes: by Mann's and Kendall's test for a monotonic
 * trend, or by the means of the first and the last third, against the noise within the thirds (which sees a step) and against
 * that beside a cubic (which sees a curve); the smallest p of the three, times three (Bonferroni). Autocorrelation of the noise
 * widens each (it never narrows them). The noise is what a cubic leaves, since a drift that settles looks like autocorrelated
 * noise beside a line. Null of fewer than 8.
 * Sources: H. B. Mann, "Nonparametric tests against trend", Econometrica 13, 1945; P. K. Sen, "Estimates of the regression
 * coefficient based on Kendall's tau", JASA 63, 1968; S. Yue and C. Wang, "The Mann-Kendall test modified by effective sample
 * size to detect trend in serially correlated hydrological series", Water Resources Management 18, 2004; J. Geweke,
 * "Evaluating the accuracy of sampling-based approaches to the calculation of posterior moments", 1992, for the two ends.
 */
export function trendOf(values: Values): Trend | null {
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
  const slope = median(slopes)!;
  const noise = besideCurve(values);
  const wider = widening(lagOneAutocorrelation(noise), n, TERMS);
  const variance = ((n * (n - 1) * (2 * n + 5)) / 18) * wider;
  // With the correction for continuity.
  const z = score === 0 ? 0 : (Math.abs(score) - 1) / Math.sqrt(variance);
  const ofAll = 2 * normalCdf(-z);
  const ends = endsDiffer(values, noise, wider);
  const change = ends.p < ofAll ? ends.change : slope * (n - 1);
  return { change, p: Math.min(1, 3 * Math.min(ofAll, ends.p)) };
}

/** The difference between the means of the first and the last third, and the smaller of its two p by t: against the noise within the thirds, and against that beside the curve. */
function endsDiffer(values: Values, noise: Float64Array, wider: number): Trend {
  const n = values.length;
  const size = Math.floor(n / 3);
  const ends = [Float64Array.from(values.slice(0, size)), Float64Array.from(values.slice(-size))] as const;
  const [first, last] = ends.map((end) => mean(end)!) as [number, number];
  const [before, after] = [ends[0].map((value) => value - first), ends[1].map((value) => value - last)];
  const r = (lagOneAutocorrelation(before) + lagOneAutocorrelation(after)) / 2;
  const change = last - first;
  const p = (squares: number, degreesOfFreedom: number, widened: number): number =>
    twoSidedP(change, Math.sqrt((2 * (squares / degreesOfFreedom) * widened) / size), degreesOfFreedom);
  const within = p(squaresOf(before) + squaresOf(after), 2 * (size - 1), widening(r, size, 1));
  return { change, p: Math.min(within, p(squaresOf(noise), n - TERMS, wider)) };
}

function squaresOf(values: Float64Array): number {
  return values.reduce((total, value) => total + value * value, 0);
}

/** The residuals of a polynomial fitted by least squares, through polynomials that are orthogonal over these places. */
function besideCurve(values: Values): Float64Array {
  const n = values.length;
  let left = Float64Array.from(values);
  const basis: Float64Array[] = [];
  for (let degree = 0; degree <= DEGREE; degree += 1) {
    let next = Float64Array.from({ length: n }, (_, at) => ((2 * at) / (n - 1) - 1) ** degree);
    for (const one of basis) next = without(next, one);
    basis.push(next);
    left = without(left, next);
  }
  return left;
}

/** The values less their part along another series. */
function without(values: Float64Array<ArrayBuffer>, other: Float64Array): Float64Array<ArrayBuffer> {
  let [along, length] = [0, 0];
  for (let at = 0; at < values.length; at += 1) {
    along += values[at]! * other[at]!;
    length += other[at]! * other[at]!;
  }
  return values.map((value, at) => value - (along / length) * other[at]!);
}

/**
 * By how much first-order autocorrelation widens the variance of a mean or of Kendall's score: (1 + r) ÷ (1 - r). Beside what
 * was fitted to n values r1 comes out too low, by about (1 + 4r) ÷ n for a mean, which is put back; each further fitted term
 * lowers it by another (1 + r) ÷ n.
 * Source of the bias: F. H. C. Marriott and J. A. Pope, "Bias in the estimation of autocorrelations", Biometrika 41, 1954.
 */
function widening(r1: number, n: number, terms: number): number {
  const r = n <= 3 * terms + 1 ? r1 : Math.min(0.95, (n * r1 + terms) / (n - 3 - terms));
  return r <= 0 ? 1 : (1 + r) / (1 - r);
}
