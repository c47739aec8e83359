import { studentTQuantile } from "./distributions.ts";

/** A mean with the ends of its confidence interval, in the unit of the values. */
export interface MeanInterval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

export type Values = readonly number[] | Float64Array;

/**
 * The sum, added pairwise in NumPy's order (blocks of 128, eight running sums), so that the rounding
 * error grows with log n and sums agree with `numpy.sum` to the last bit.
 * Source: numpy/_core/src/umath/loops_utils.h.src, pairwise_sum; N. J. Higham, "The accuracy of
 * floating point summation", SIAM J. Sci. Comput. 14(4), 1993.
 */
export function sum(values: Values): number {
  return sumRange(values, 0, values.length);
}

/** Items by the distance of their ratios from 1 on a log scale (a half is as far as a double), the farthest first; no ratio counts as 1. */
export function bySize<Item>(items: readonly Item[], ratioOf: (item: Item) => number | null | undefined): Item[] {
  const sizeOf = (item: Item): number => Math.abs(Math.log(ratioOf(item) ?? 1));
  return items.toSorted((left, right) => sizeOf(right) - sizeOf(left));
}

/** The arithmetic mean, or null of no values. */
export function mean(values: Values): number | null {
  return values.length === 0 ? null : sum(values) / values.length;
}

/** The sample variance (divisor n - 1, two passes), or null of fewer than 2 values. */
export function variance(values: Values): number | null {
  const centre = mean(values);
  if (centre === null || values.length < 2) return null;
  const squares = Float64Array.from(values, (value) => (value - centre) ** 2);
  return sum(squares) / (values.length - 1);
}

/** The sample standard deviation (divisor n - 1), or null of fewer than 2 values. */
export function standardDeviation(values: Values): number | null {
  const square = variance(values);
  return square === null ? null : Math.sqrt(square);
}

/**
 * The mean with Student's t interval, mean ± t(n-1) s / √n, or null of fewer than 2 values.
 * @param level confidence, two-sided, between 0 and 1
 */
export function meanInterval(values: Values, level = 0.95): MeanInterval | null {
  const centre = mean(values);
  const square = variance(values);
  if (centre === null || square === null) return null;
  const half = studentTQuantile((1 + level) / 2, values.length - 1) * Math.sqrt(square / values.length);
  return { mean: centre, lower: centre - half, upper: centre + half };
}

const BLOCK = 128;

function sumRange(values: Values, from: number, to: number): number {
  const count = to - from;
  if (count > BLOCK) {
    const half = from + Math.floor(count / 2 / 8) * 8;
    return sumRange(values, from, half) + sumRange(values, half, to);
  }
  if (count < 8) {
    let total = 0;
    for (let at = from; at < to; at++) total += values[at]!;
    return total;
  }
  const lane = Float64Array.from({ length: 8 }, (_, index) => values[from + index]!);
  const wholeEnd = to - (count % 8);
  for (let at = from + 8; at < wholeEnd; at += 8) {
    for (let index = 0; index < 8; index++) lane[index]! += values[at + index]!;
  }
  let total = lane[0]! + lane[1]! + (lane[2]! + lane[3]!) + (lane[4]! + lane[5]! + (lane[6]! + lane[7]!));
  for (let at = wholeEnd; at < to; at++) total += values[at]!;
  return total;
}
