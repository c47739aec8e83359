import { binomialCdf } from "../distributions.ts";
import { firstWhere } from "../first-where.ts";

/**
 * Early stopping of MLPerf: so few values may lie above a limit that, were the true share above it larger than 1 - p, a run
 * would show no more of them with a probability below 1 - confidence. Source: loadgen/early_stopping.cc and results.cc; its
 * tolerance d is 0. LoadGen sums a series and we a continued fraction: the integers are the same.
 */

interface Enough {
  met: boolean;
  /** Values seen (n). */
  queries: number;
  /** The n that it takes. */
  needed: number;
  /** How many more queries it would take, were all of them within the limit. */
  more: number;
}

/** The verdict on n values of which t lie above a limit. */
export interface EarlyStopping extends Enough {
  /** Values strictly above the limit (t). */
  overLimit: number;
  /** The largest t that n tolerates; null where n is too small even for none. */
  allowed: number | null;
}

/** The verdict of the streams, which have no limit: an estimate of the percentile that is sure to be high enough. */
export interface EarlyStoppingEstimate extends Enough {
  /** The estimate is the so-manieth highest value, from 1; null without one. */
  rank: number | null;
  /** How many of the highest values lie above it. */
  discarded: number | null;
}

/**
 * `h_min(t)`: the fewest values within the limit that make t above it tolerable.
 * @param p the percentile as a share, 0 to 1
 */
export function fewestWithinLimit(t: number, p: number, confidence: number): number {
  const tolerable = (h: number): boolean => binomialCdf(t, h + t, 1 - p) < 1 - confidence;
  let enough = Math.max(1, Math.ceil((t * p) / (1 - p)));
  while (!tolerable(enough)) enough *= 2;
  return firstWhere(1, enough, tolerable);
}

/** The largest t with `h_min(t) + t <= n`; null where there is none. */
export function mostOverLimit(n: number, p: number, confidence: number): number | null {
  const tolerable = (t: number): boolean => t < n && binomialCdf(t, n, 1 - p) < 1 - confidence;
  return tolerable(0) ? firstWhere(1, n, (t) => !tolerable(t)) - 1 : null;
}

/** Server: met where n values of which t are above the limit are enough. */
export function earlyStopping(queries: number, overLimit: number, p: number, confidence: number): EarlyStopping {
  const enough = enoughOf(queries, fewestWithinLimit(overLimit, p, confidence) + overLimit);
  return { ...enough, overLimit, allowed: mostOverLimit(queries, p, confidence) };
}

/** SingleStream and MultiStream: met where n values are enough for an estimate, which discards all but the lowest of the tolerable tail. */
export function earlyStoppingEstimate(queries: number, p: number, confidence: number): EarlyStoppingEstimate {
  const enough = enoughOf(queries, fewestWithinLimit(1, p, confidence) + 1);
  const rank = enough.met ? mostOverLimit(queries, p, confidence) : null;
  return { ...enough, rank, discarded: rank === null ? null : rank - 1 };
}

function enoughOf(queries: number, needed: number): Enough {
  return { met: queries >= needed, queries, needed, more: Math.max(0, needed - queries) };
}
