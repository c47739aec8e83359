import { blockVariance } from "./autocorrelation.ts";
import { normalCdf, normalQuantile, studentTQuantile } from "./distributions.ts";
import { quantileInterval, quantileLinear, sortedCopy, type Sorted } from "./quantile.ts";
import { createRandom, xoshiro128 } from "./random.ts";
import { seriesWorths, type SampleFigure, type SeriesWorth } from "./series-worth.ts";
import { mean, sum } from "./statistics.ts";
import { percentText } from "./figures.ts";

/** A two-sided 95 % interval in the unit of the values, and how it was found. */
export interface SampleInterval {
  readonly lower: number;
  readonly upper: number;
  readonly method: string;
  /** How many independent values these are worth; absent where neighbours are not alike. */
  readonly worth?: number;
  /** How many neighbours were drawn together; absent where none were. */
  readonly blockLength?: number;
}

/** Why dependent values give a figure no interval. */
export interface TooFewIndependent {
  readonly tooFew: string;
}

const RESAMPLES = 1000;
const LEVEL = 0.95;
const TAIL = (1 - LEVEL) / 2;

/** Of more values than these 1,000 resamples take longer than a tenth of a second, and tell nothing that the order statistics do not. */
const MOST_RESAMPLED = 10_000;

/** With fewer independent values beyond a percentile, or to each side of a mean, resamples mostly repeat the few that are there, and their interval is too narrow: order statistics are exact. */
const FEWEST_BEYOND = 50;

/** Farther out, in standard deviations, fewer than 5 of the 1,000 resamples are left to read. */
const FARTHEST_READ = 2.575;

/**
 * 95 % intervals of figures of values in their order of time, in the order of `wanted`; of one value null. Up to 10,000 values:
 * percentiles of 1,000 resamples. Where neighbours are alike (the first autocorrelation of the ranks, or of what the figure
 * averages, above 2/√n) these are drawn in blocks that wrap round, and read farther out than at 2.5 %: by as much as such
 * blocks cut off of the long-run variance, and as Student's t asks for what is known of it. Of more values, and of figures that
 * fewer than 50 independent values lie beyond (a mean: of fewer than 100): order statistics, and Student's t for the mean. Values that are worth too
 * few independent ones have no interval, and the reason. Seeded by the values: the same series has the same intervals.
 * Sources: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3; D. N. Politis and J. P. Romano,
 * "A circular block-resampling procedure for stationary data", in Exploring the Limits of Bootstrap, 1992; T. C. Hesterberg,
 * "What teachers should know about the bootstrap", The American Statistician 69(4), 2015, section 4 (the expanded percentile
 * interval).
 */
export function sampleIntervals(
  values: Float64Array,
  wanted: readonly SampleFigure[],
): (SampleInterval | TooFewIndependent | null)[] {
  const n = values.length;
  if (n < 2) return wanted.map(() => null);
  const sorted = sortedCopy(values);
  const ranks = ranksOf(values);
  const worths = seriesWorths(values, ranks, sorted, wanted);
  const byResamples = resampled(values, ranks, sorted, worths);
  return worths.map((one) => {
    if (one.tooFew !== null) return { tooFew: one.tooFew };
    const { figure, alike, worth } = one;
    const found = byResamples.get(figure) ?? (figure === "mean" ? ofMean(one) : ofOrder(one, figure, sorted));
    return alike ? { ...found, worth } : found;
  });
}

/** How far out, in standard deviations of a normal distribution, the resamples in blocks of `length` are read; null where they cannot be. */
function readAt({ figure, series, worth, tooFew, ...known }: SeriesWorth, length: number): number | null {
  if (tooFew !== null) return null;
  // The error of a dependent mean depends on the mean itself, which resamples in blocks do not show.
  if (figure === "mean" && known.alike) return null;
  const beyond = figure === "mean" ? 0.5 : Math.min(figure, 1 - figure);
  if (worth * beyond < FEWEST_BEYOND) return null;
  const least = -normalQuantile(TAIL);
  if (length === 1) return least;
  const kept = blockVariance(series, length);
  const far = studentTQuantile(1 - TAIL, known.degreesOfFreedom) * Math.sqrt(known.variance / kept);
  return far <= FARTHEST_READ ? Math.max(least, far) : null;
}

/** Intervals of those figures that resamples can tell. */
function resampled(
  values: Float64Array,
  ranks: Float64Array,
  sorted: Sorted,
  worths: readonly SeriesWorth[],
): Map<SampleFigure, SampleInterval> {
  const intervals = new Map<SampleFigure, SampleInterval>();
  const n = values.length;
  if (n > MOST_RESAMPLED) return intervals;
  const length = Math.max(...worths.map(({ blockLength }) => blockLength));
  const levels = new Map<SampleFigure, number>();
  for (const one of worths) {
    const far = readAt(one, length);
    if (far !== null) levels.set(one.figure, far);
  }
  for (const [figure, drawn] of drawnFigures(values, ranks, sorted, [...levels.keys()], length)) {
    const ascending = sortedCopy(drawn);
    const tail = normalCdf(-levels.get(figure)!);
    const blocks = length === 1 ? "" : `, neighbours in blocks of ${length}, read at ${percentText(1 - 2 * tail, 1)}`;
    intervals.set(figure, {
      lower: quantileLinear(ascending, tail)!,
      upper: quantileLinear(ascending, 1 - tail)!,
      method: `bootstrap of ${RESAMPLES} resamples${blocks}`,
      ...(length === 1 ? {} : { blockLength: length }),
    });
  }
  return intervals;
}

/** Each figure of each resample; `length` neighbours are drawn together. */
function drawnFigures(
  values: Float64Array,
  ranks: Float64Array,
  sorted: Sorted,
  wanted: readonly SampleFigure[],
  length: number,
): Map<SampleFigure, Float64Array> {
  const found = new Map<SampleFigure, Float64Array>(wanted.map((figure) => [figure, new Float64Array(RESAMPLES)]));
  if (wanted.length === 0) return found;
  const n = values.length;
  const quantiles = wanted.filter((figure) => figure !== "mean").toSorted((left, right) => left - right);
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
  return found;
}

function nextDrawn(counts: Uint32Array, rank: number): number {
  let next = rank + 1;
  while (counts[next] === 0) next += 1;
  return next;
}

/** The place of each value in ascending order, zero-based; equal ones share the first. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values, (_, index) => index).toSorted((left, right) => values[left]! - values[right]!);
  const ranks = new Float64Array(values.length);
  let first = 0;
  for (const [place, index] of order.entries()) {
    if (values[index] !== values[order[first]!]) first = place;
    ranks[index] = first;
  }
  return ranks;
}

/** Words of 32 bits, by what the values are. Taken as they come: a place among n is off by n / 2^32 at most. */
function wordsOf(values: Float64Array): () => number {
  const random = createRandom(`intervals ${values.length} ${sum(values)} ${values[0]} ${values.at(-1)}`);
  const word = (): number => random.integer(2 ** 32);
  return xoshiro128([word(), word(), word(), word() | 1]);
}

/**
 * Student's t; of dependent positive values for the reciprocal of the mean. The standard error of a queue's mean grows at least
 * with the square of the mean, so that the reciprocal's hardly depends on it, and intervals reach farther up than down.
 */
function ofMean({ series, alike, ...known }: SeriesWorth): SampleInterval {
  const half = studentTQuantile(1 - TAIL, known.degreesOfFreedom) * Math.sqrt(known.variance / series.length);
  const centre = mean(series)!;
  const share = half / centre;
  const cosines = alike ? `, variance by ${known.degreesOfFreedom} cosines` : "";
  if (!alike || !(share > 0 && share < 1) || series.some((value) => value < 0)) {
    return { lower: centre - half, upper: centre + half, method: `Student's t${cosines}` };
  }
  const method = `Student's t of the reciprocal${cosines}`;
  return { lower: centre / (1 + share), upper: centre / (1 - share), method };
}

/**
 * The order statistics of `quantileInterval`, for as many independent values as these are worth.
 * Source: R. S. Woodruff, "Confidence intervals for medians and other position measures", Journal of the American Statistical
 * Association 47, 1952.
 */
function ofOrder({ worth }: SeriesWorth, p: number, sorted: Sorted): SampleInterval {
  const n = sorted.length;
  const places = quantileInterval(worth, p, LEVEL)!;
  // A place among the values that they are worth, at the same share of all of them.
  const placeOf = (place: number): number => ((place + 1) / (worth + 1)) * (n + 1) - 1;
  const lower = sorted[Math.max(0, Math.floor(placeOf(places.lower)))]!;
  const upper = sorted[Math.min(n - 1, Math.ceil(placeOf(places.upper)))]!;
  const allowance = worth === n ? "" : `, ${n} values in a row worth ${worth} independent ones`;
  return { lower, upper, method: `order statistics, binomial${allowance}` };
}
