import { mean } from "./statistics.ts";

/** exp of the mean logarithm; null of no values, and where one has no logarithm. */
export function geometricMean(values: readonly number[]): number | null {
  const [first] = values;
  if (first === undefined || !values.every((value) => value > 0)) return null;
  if (values.length === 1) return first;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The level of a figure's values: their geometric mean, or their arithmetic mean where one is zero. Null of no values. */
export function levelOf(values: readonly number[]): number | null {
  return geometricMean(values) ?? mean(values);
}
