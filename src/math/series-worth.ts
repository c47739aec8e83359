import { lagOneAutocorrelation, longRunOf, memoryOf, type Memory } from "./autocorrelation.ts";
import { normalQuantile, studentTQuantile } from "./distributions.ts";
import { minimumSampleFor, quantileLinear, type Sorted } from "./quantile.ts";
import { variance } from "./statistics.ts";

/** The mean, or the p-quantile. */
export type SampleFigure = "mean" | number;

/** What a figure is an average of, and how well its series pins that average down. */
export interface SeriesWorth {
  readonly figure: SampleFigure;
  /** The values, or for a quantile whether each is up to it. */
  readonly series: Float64Array;
  /** Whether neighbours are alike. */
  readonly alike: boolean;
  /** So many neighbours share what they share; 1 where they are not alike. */
  readonly blockLength: number;
  /** n times the variance of the average. */
  readonly variance: number;
  /** Of Student's t for that variance. */
  readonly degreesOfFreedom: number;
  /** So many independent values would pin a quantile down as well; n where neighbours are not alike. */
  readonly worth: number;
  /** Why the values are too few for an interval; null where they are enough. */
  readonly tooFew: string | null;
}

/** A mean is trusted to Student's t with so many independent values; latencies are skew, and of fewer their interval misses the mean too often. */
const FEWEST_FOR_MEAN = 30;

/**
 * The fewest independent values that dependent ones must be worth by their first autocorrelation, and the fewest of those beyond a
 * percentile. A queue remembers for longer than its neighbours tell: at a load of 0.7, 4,000 sojourn times of M/M/1 look like
 * 469 by their neighbours, and pin their mean down as 121 would.
 */
const FEWEST_BY_NEIGHBOURS = { mean: 370, middle: 180, tail: 370, beyond: 18 };

/**
 * The fewest values in a row that may depend on their neighbours: of fewer, a series of a queue now and then looks far more
 * independent than it is, and just then had an interval, which did not hold.
 */
const FEWEST_DEPENDENT = 2000;

/** A long-run standard deviation is taken as 1 + 2.5/√m times its estimate, of values worth m: a short series that makes the figure too small makes its error too small as well. Found by simulation (docs/statistics.md). */
const ALLOWANCE = 2.5;
const TAIL = 0.025;

/**
 * How well a series of values, which may depend on their neighbours, pins down its mean or quantiles.
 * Neighbours are alike where the first autocorrelation of the ranks, or of what the figure averages, is above 2/√n. The memory
 * is then the longer of the series' own and the ranks': heavy tails hide in the values how much neighbours share, and ranks
 * hide what only a tail shares. The values must be worth enough by the ranks' first autocorrelation too: it is known well, and
 * the few values of a tail cannot tell that they are more independent than the rest.
 * @param ranks of the values, in the same order; equal values have equal ranks
 */
export function seriesWorths(
  values: Float64Array,
  ranks: Float64Array,
  sorted: Sorted,
  wanted: readonly SampleFigure[],
): SeriesWorth[] {
  const ofRanks = { alike: isAlike(ranks), memory: memoryOf(ranks), worth: worthByNeighbours(ranks) };
  return wanted.map((figure) => worthOf(values, sorted, figure, ofRanks));
}

function fewestByNeighbours(figure: SampleFigure): number {
  if (figure === "mean") return FEWEST_BY_NEIGHBOURS.mean;
  const { middle, tail, beyond } = FEWEST_BY_NEIGHBOURS;
  const share = Math.min(figure, 1 - figure);
  return Math.max(share < 0.25 ? tail : middle, Math.round(beyond / share));
}

function shortOf(n: number, worth: number, needed: number): string | null {
  if (worth >= needed) return null;
  const ones = worth === 1 ? "one" : "ones";
  return `${n} values in a row are worth ${worth} independent ${ones}, and it needs ${needed}`;
}

function isAlike(series: Float64Array): boolean {
  return series.length >= 8 && lagOneAutocorrelation(series) > 2 / Math.sqrt(series.length);
}

/**
 * How many independent values an autoregression with the first autocorrelation of a series is worth, n (1 - r)/(1 + r), with
 * what a short series takes off r.
 * Source of the correction, (1 + 4r)/n: F. H. C. Marriott and J. A. Pope, "Bias in the estimation of autocorrelations",
 * Biometrika 41, 1954.
 */
function worthByNeighbours(series: Float64Array): number {
  const n = series.length;
  const found = lagOneAutocorrelation(series);
  const r = Math.max(0, Math.min(1, found + (1 + 4 * found) / n));
  return (n * (1 - r)) / (1 + r);
}

/**
 * A tail's long-run variance rests on its few clusters, as many as independent values lie beyond: a sum of a Poisson number of
 * them adds its kurtosis to the variance of that variance. What Student's t asks for is taken off what the values are worth.
 * Sources: the kurtosis, M. G. Kendall and A. Stuart, The Advanced Theory of Statistics, vol. 1, chapter 12; degrees of freedom
 * by two moments, F. E. Satterthwaite, Biometrics Bulletin 2(6), 1946; the worth, E. L. Korn and B. I. Graubard, "Confidence
 * intervals for proportions with small expected number of positive counts estimated from survey data", Survey Methodology
 * 24(2), 1998.
 */
function worthOf(
  values: Float64Array,
  sorted: Sorted,
  figure: SampleFigure,
  ofRanks: { alike: boolean; memory: Memory; worth: number },
): SeriesWorth {
  const n = values.length;
  const isMean = figure === "mean";
  const at = isMean ? 0 : quantileLinear(sorted, figure)!;
  const series = isMean ? values : values.map((value) => (value <= at ? 1 : 0));
  const alone = isMean ? variance(values)! : figure * (1 - figure);
  if (!ofRanks.alike && !isAlike(series)) {
    const needed = isMean ? FEWEST_FOR_MEAN : minimumSampleFor(figure);
    const tooFew = n >= needed ? null : `${n} values, and it needs ${needed}`;
    const independent = { alike: false, blockLength: 1, variance: alone, degreesOfFreedom: n - 1, worth: n };
    return { figure, series, ...independent, tooFew };
  }
  const own = memoryOf(series);
  const memory = {
    blockLength: Math.max(own.blockLength, ofRanks.memory.blockLength),
    curvature: Math.max(own.curvature, ofRanks.memory.curvature),
  };
  const { blockLength } = memory;
  const longRun = longRunOf(series, memory);
  if (longRun === null) {
    const tooFew = `${n} values in a row are fewer than it takes to tell how many independent ones they are worth`;
    return { figure, series, alike: true, blockLength, variance: alone, degreesOfFreedom: 1, worth: 0, tooFew };
  }
  const estimated = Math.max(1, longRun.variance / alone);
  const share = estimated * (1 + ALLOWANCE / Math.sqrt(n / estimated)) ** 2;
  const beyond = isMean ? Infinity : (n / share) * Math.min(figure, 1 - figure);
  const degreesOfFreedom = 2 / (2 / longRun.degreesOfFreedom + 1 / beyond);
  const certainty = isMean ? 1 : (normalQuantile(TAIL) / studentTQuantile(TAIL, degreesOfFreedom)) ** 2;
  const worth = Math.floor((n / share) * certainty);
  const tooFew =
    shortOf(n, worth, isMean ? FEWEST_FOR_MEAN : minimumSampleFor(figure)) ??
    shortOf(n, Math.floor(ofRanks.worth), fewestByNeighbours(figure)) ??
    (n < FEWEST_DEPENDENT ? `${n} values depend on their neighbours, and it needs ${FEWEST_DEPENDENT}` : null);
  return { figure, series, alike: true, blockLength, variance: share * alone, degreesOfFreedom, worth, tooFew };
}
