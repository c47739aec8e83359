import { normalCdf } from "./distributions.ts";
import { meanInterval, variance, type MeanInterval } from "./statistics.ts";
import { twoSidedP } from "./t-test.ts";

/** Up to here the distribution of the signed ranks is counted; beyond it is normal to three digits. */
const EXACT_UP_TO = 50;

export interface PairedT extends MeanInterval {
  readonly t: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

/**
 * Student's paired t test of differences against zero, two-sided, with the 95 % interval of their mean; null of fewer than 2. Where all differences are equal, the
 * interval is that difference and p is 1 at zero, else 0.
 * Source: Student, "The probable error of a mean", Biometrika 6(1), 1908.
 */
export function pairedT(differences: readonly number[]): PairedT | null {
  const interval = meanInterval(differences);
  if (interval === null) return null;
  const { mean } = interval;
  const degreesOfFreedom = differences.length - 1;
  const error = Math.sqrt(variance(differences)! / differences.length);
  const t = error === 0 ? (mean === 0 ? 0 : Math.sign(mean) * Infinity) : mean / error;
  return { ...interval, t, degreesOfFreedom, p: twoSidedP(mean, error, degreesOfFreedom) };
}

export interface SignedRank {
  /** Sum of the ranks of the positive differences. */
  readonly positive: number;
  readonly negative: number;
  /** Differences that are not zero. */
  readonly n: number;
  readonly p: number;
  readonly exact: boolean;
}

/**
 * Wilcoxon's signed-rank test of differences against zero, two-sided. Zeros are left out, ties share their mean rank. Exact
 * over all signs up to 50 differences, also with ties; beyond, normal with the correction for ties and continuity. Null where
 * every difference is zero.
 * Source: F. Wilcoxon, "Individual comparisons by ranking methods", Biometrics Bulletin 1(6), 1945; the count over signs by
 * the recursion of E. L. Lehmann, Nonparametrics, 1975, section 3.2.
 */
export function wilcoxonSignedRank(differences: readonly number[]): SignedRank | null {
  const moved = differences.filter((one) => one !== 0).toSorted((left, right) => Math.abs(left) - Math.abs(right));
  if (moved.length === 0) return null;
  const ranks = midranks(moved.map(Math.abs));
  const n = moved.length;
  const positive = ranks.reduce((total, rank, index) => total + (moved[index]! > 0 ? rank : 0), 0);
  const negative = (n * (n + 1)) / 2 - positive;
  const smaller = Math.min(positive, negative);
  const exact = n <= EXACT_UP_TO;
  const oneSided = exact ? shareAtMost(ranks, smaller) : normalTail(ranks, smaller);
  return { positive, negative, n, p: Math.min(1, 2 * oneSided), exact };
}

/** Ranks from 1 of ascending values; equal ones share their mean. */
function midranks(ascending: readonly number[]): number[] {
  const ranks: number[] = [];
  for (let start = 0; start < ascending.length;) {
    let end = start + 1;
    while (end < ascending.length && ascending[end] === ascending[start]) end += 1;
    for (let index = start; index < end; index++) ranks.push((start + 1 + end) / 2);
    start = end;
  }
  return ranks;
}

/** Of all signs, the share whose positive rank sum is at most this. In half ranks, which ties leave whole. */
function shareAtMost(ranks: readonly number[], limit: number): number {
  let share = Float64Array.of(1);
  for (const rank of ranks) {
    const shift = 2 * rank;
    const next = new Float64Array(share.length + shift);
    for (const [sum, part] of share.entries()) {
      next[sum]! += part / 2;
      next[sum + shift]! += part / 2;
    }
    share = next;
  }
  return share.subarray(0, Math.round(2 * limit) + 1).reduce((total, part) => total + part, 0);
}

function normalTail(ranks: readonly number[], smaller: number): number {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const spread = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4);
  return normalCdf((smaller - total / 2 + 0.5) / spread);
}
