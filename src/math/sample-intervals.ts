import { movingBlockLength } from "./bootstrap.ts";
import { studentTQuantile } from "./distributions.ts";
import { quantileInterval, quantileLinear, sortedCopy, type Sorted } from "./quantile.ts";
import { createRandom, xoshiro128 } from "./random.ts";
import { mean, sum, variance } from "./statistics.ts";

/** The mean, or the p-quantile. */
export type SampleFigure = "mean" | number;

/** A two-sided 95 % interval in the unit of the values, and how it was found. */
export interface SampleInterval {
  readonly lower: number;
  readonly upper: number;
  readonly method: string;
}

const RESAMPLES = 1000;
const LEVEL = 0.95;
const TAIL = (1 - LEVEL) / 2;

/** Of more values than these 1,000 resamples take longer than a tenth of a second, and tell nothing that the order statistics do not. */
const MOST_RESAMPLED = 10_000;

/** With fewer values beyond a percentile, resamples mostly repeat the few that are there, and their interval is too narrow: order statistics are exact. */
const FEWEST_BEYOND = 30;

/** Batches of a series: few enough that each is longer than what its neighbours share, of a short one at least 8. */
const MOST_BATCHES = 40;
const FEWEST_BATCHES = 8;
const BATCH_SIZE = 12;

/**
 * 95 % intervals of figures of values in their order of time, in the order of `wanted`; null where there are too few values.
 * Up to 10,000 values: percentiles of 1,000 resamples, drawn in blocks of neighbours that wrap round, as long as
 * `movingBlockLength` says for the values or for their ranks, whichever is longer (heavy tails hide in the values how much
 * neighbours share). Of more values, and of percentiles that fewer than 30 lie beyond: order statistics, and batch means.
 * Seeded by the values: the same series has the same intervals.
 * Sources: as of `bootstrapInterval`; D. N. Politis and J. P. Romano, "A circular block-resampling procedure for stationary
 * data", in Exploring the Limits of Bootstrap, 1992.
 */
export function sampleIntervals(
  values: Float64Array,
  wanted: readonly SampleFigure[],
  sorted: Sorted = sortedCopy(values),
): (SampleInterval | null)[] {
  const n = values.length;
  if (n < 2) return wanted.map(() => null);
  const ranks = Float64Array.from(ranksOf(values));
  const together = Math.max(movingBlockLength(values), movingBlockLength(ranks));
  const isResampled = (figure: SampleFigure): boolean =>
    n <= MOST_RESAMPLED && (figure === "mean" || n * Math.min(figure, 1 - figure) >= FEWEST_BEYOND);
  const byResamples = resampled(values, ranks, sorted, wanted.filter(isResampled), together);
  return wanted.map((figure) => {
    const found = byResamples.get(figure);
    if (found !== undefined) return found;
    return figure === "mean" ? meanOfBatches(values) : quantileOfOrder(values, sorted, figure, together > 1);
  });
}

/** `length` neighbours are drawn together. */
function resampled(
  values: Float64Array,
  ranks: Float64Array,
  sorted: Sorted,
  wanted: readonly SampleFigure[],
  length: number,
): Map<SampleFigure, SampleInterval> {
  const intervals = new Map<SampleFigure, SampleInterval>();
  if (wanted.length === 0) return intervals;
  const n = values.length;
  const quantiles = wanted.filter((figure) => figure !== "mean").toSorted((left, right) => left - right);
  const found = new Map<SampleFigure, Float64Array>(wanted.map((figure) => [figure, new Float64Array(RESAMPLES)]));
  const word = wordsOf(values);
  const counts = new Uint32Array(n);
  for (let draw = 0; draw < RESAMPLES; draw += 1) {
    counts.fill(0);
    let total = 0;
    for (let filled = 0; filled < n;) {
      let from = Math.floor((word() / 2 ** 32) * n);
      for (const end = Math.min(filled + length, n); filled < end; filled += 1) {
        counts[ranks[from]!]! += 1;
        total += values[from]!;
        from = from + 1 === n ? 0 : from + 1;
      }
    }
    const means = found.get("mean");
    if (means !== undefined) means[draw] = total / n;
    let rank = 0;
    let upTo = counts[0]!;
    // The value of a resample at a zero-based place; places are asked for in ascending order.
    const at = (place: number): number => {
      while (upTo <= place) upTo += counts[(rank += 1)]!;
      return sorted[rank]!;
    };
    for (const p of quantiles) {
      const position = p * (n - 1);
      const place = Math.floor(position);
      const below = at(place);
      // Not by `at`: the next quantile may ask for this place again.
      const above = position === place || upTo > place + 1 ? below : sorted[nextDrawn(counts, rank)]!;
      found.get(p)![draw] = below + (above - below) * (position - place);
    }
  }
  const blocks = length === 1 ? "" : `, neighbours in blocks of ${length}`;
  for (const [figure, drawn] of found) {
    const ascending = sortedCopy(drawn);
    intervals.set(figure, {
      lower: quantileLinear(ascending, TAIL)!,
      upper: quantileLinear(ascending, 1 - TAIL)!,
      method: `bootstrap of ${RESAMPLES} resamples${blocks}`,
    });
  }
  return intervals;
}

function nextDrawn(counts: Uint32Array, rank: number): number {
  let next = rank + 1;
  while (counts[next] === 0) next += 1;
  return next;
}

/** The place of each value in ascending order; equal ones in any. */
function ranksOf(values: Float64Array): Uint32Array {
  const order = Uint32Array.from(values, (_, index) => index).toSorted((left, right) => values[left]! - values[right]!);
  const ranks = new Uint32Array(values.length);
  for (const [rank, index] of order.entries()) ranks[index] = rank;
  return ranks;
}

/** Words of 32 bits, by what the values are. Taken as they come: a place among n is off by n / 2^32 at most. */
function wordsOf(values: Float64Array): () => number {
  const random = createRandom(`intervals ${values.length} ${sum(values)} ${values[0]} ${values.at(-1)}`);
  const word = (): number => random.integer(2 ** 32);
  return xoshiro128([word(), word(), word(), word() | 1]);
}

/**
 * Student's t over the means of batches of neighbours.
 * Source: A. M. Law and W. D. Kelton, Simulation Modeling and Analysis, section 9.5.3.
 */
function meanOfBatches(values: Float64Array): SampleInterval {
  const batches = batchesOf(values.length);
  const half = studentTQuantile(1 - TAIL, batches - 1) * Math.sqrt(longRunVariance(values) / values.length);
  const centre = mean(values)!;
  return { lower: centre - half, upper: centre + half, method: `t of ${batches} batch means` };
}

/**
 * The order statistics of `quantileInterval`, for as many independent values as these are worth: what autocorrelation adds to
 * the variance of the share below the quantile, by batch means, is taken off n.
 * Source of the allowance: P. Heidelberger and P. A. W. Lewis, "Quantile estimation in dependent sequences", Operations
 * Research 32(1), 1984.
 */
function quantileOfOrder(values: Float64Array, sorted: Sorted, p: number, correlated: boolean): SampleInterval | null {
  const n = values.length;
  const quantile = quantileLinear(sorted, p)!;
  const below = values.map((value) => (value <= quantile ? 1 : 0));
  const worth = correlated ? Math.floor(n / Math.max(1, longRunVariance(below) / (p * (1 - p)))) : n;
  const places = quantileInterval(worth, p, LEVEL);
  if (places === null) return null;
  // A place among the values that they are worth, at the same share of all of them.
  const placeOf = (place: number): number => ((place + 1) / (worth + 1)) * (n + 1) - 1;
  const lower = sorted[Math.max(0, Math.floor(placeOf(places.lower)))]!;
  const upper = sorted[Math.min(n - 1, Math.ceil(placeOf(places.upper)))]!;
  const allowance = worth === n ? "" : `, ${n} values in a row worth ${worth} independent ones`;
  return { lower, upper, method: `order statistics, binomial${allowance}` };
}

function batchesOf(n: number): number {
  return Math.min(MOST_BATCHES, Math.max(FEWEST_BATCHES, Math.floor(n / BATCH_SIZE)));
}

/** n times the variance of the mean of a series, by its batch means; of fewer than 8 values their own variance. */
function longRunVariance(values: Float64Array): number {
  const batches = Math.min(values.length, batchesOf(values.length));
  const size = Math.floor(values.length / batches);
  const means = Array.from({ length: batches }, (_, batch) => mean(values.subarray(batch * size, (batch + 1) * size))!);
  return size * variance(means)!;
}
