import { mean, type Values } from "./statistics.ts";

/** How long a series remembers, in places. */
export interface Memory {
  /** How many neighbours to draw together; 1 where it remembers nothing. */
  readonly blockLength: number;
  /** How fast its spectrum falls from zero: the sum of k² times the autocovariance at k, over the sum of the autocovariances. */
  readonly curvature: number;
}

/** The variance of a mean as a series of dependent values has it. */
export interface LongRun {
  /** n times the variance of the mean. */
  readonly variance: number;
  /** How well that is known, as Student's t counts. */
  readonly degreesOfFreedom: number;
}

/** Longer series are looked at as sums of neighbours: what takes that many places to forget is all that still counts. */
const MOST_SUMS = 4096;

/** So far may the long-run variance be too small because the spectrum falls: an interval is narrower by half of it. */
const BIAS = 0.03;
const FEWEST_COSINES = 3;
const MOST_COSINES = 60;

/** The correlation of neighbours, r1 of the series about its mean; 0 of fewer than 3 values or where none varies. */
export function lagOneAutocorrelation(values: Values): number {
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
 * The memory of a series by its autocovariances, as far as they differ from none and twice as far under a flat-topped window;
 * the block is the best for circular blocks, (3/2 n (G/g)²)^⅓ with g the sum of the autocovariances and G that of k times them,
 * at most n/4.
 * Sources: D. N. Politis and H. White, "Automatic block-length selection for the dependent bootstrap", Econometric Reviews
 * 23(1), 2004, with the correction of A. Patton, D. N. Politis and H. White, ibid. 28(4), 2009.
 */
export function memoryOf(values: Float64Array): Memory {
  const { sums, size } = sumsOfNeighbours(values);
  const n = sums.length;
  const [own = 0] = covariances(sums, 0, 0);
  if (n < 8 || own === 0) return { blockLength: 1, curvature: 0 };
  const inARow = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const limit = 2 * Math.sqrt(Math.log10(n) / n) * own;
  const furthest = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + inARow);
  const found = [own];
  let quiet = 0;
  while (quiet < inARow && found.length <= furthest) {
    found.push(...covariances(sums, found.length, found.length));
    quiet = Math.abs(found.at(-1)!) < limit ? quiet + 1 : 0;
  }
  const window = Math.max(1, Math.min(2 * (found.length - 1 - (quiet === inARow ? quiet : 0)), n - 1));
  found.push(...covariances(sums, found.length, window));
  let all = own;
  let first = 0;
  let second = 0;
  for (let lag = 1; lag <= window; lag += 1) {
    const both = 2 * Math.min(1, 2 * (1 - lag / window)) * found[lag]!;
    all += both;
    first += lag * both;
    second += lag * lag * both;
  }
  // An estimate near or under zero would make the ratios mean nothing.
  const whole = Math.max(all, own / 5);
  const best = Math.ceil(Math.cbrt(1.5 * n * (first / whole) ** 2));
  return {
    blockLength: Math.max(1, Math.min(size * best, Math.floor(values.length / 4))),
    curvature: (size ** 2 * Math.abs(second)) / whole,
  };
}

/**
 * The long-run variance of a series as the mean square of its products with the slowest cosines: as many as keep its bias
 * within 3 % of a spectrum that falls as steeply as `memory` says, at most 60. Null where that leaves fewer than 3: then the
 * series is too short for what it remembers. Never less than independent values of its variance would have.
 * Sources: U. K. Müller, "A theory of robust long-run variance estimation", Journal of Econometrics 141(2), 2007; E. Lazarus,
 * D. J. Lewis, J. H. Stock and M. W. Watson, "HAR inference: recommendations for practice", Journal of Business & Economic
 * Statistics 36(4), 2018 (the bias of B cosines is π²B²/(6n²) times the curvature; Student's t has B degrees of freedom).
 */
export function longRunOf(values: Float64Array, { curvature }: Memory): LongRun | null {
  const most = Math.floor((values.length / Math.PI) * Math.sqrt((6 * BIAS) / curvature));
  const { sums, size } = sumsOfNeighbours(values);
  const cosines = Math.min(MOST_COSINES, most, sums.length - 1);
  if (cosines < FEWEST_COSINES) return null;
  const n = sums.length;
  let squares = 0;
  for (let cosine = 1; cosine <= cosines; cosine += 1) {
    squares += productWithCosine(sums, (Math.PI * cosine) / n) ** 2;
  }
  const centre = mean(values)!;
  const own = values.reduce((total, value) => total + (value - centre) ** 2, 0) / values.length;
  return { variance: Math.max(own, (2 * squares) / (n * size * cosines)), degreesOfFreedom: cosines };
}

/** The sum of a series times cos((place + 1/2) turn), each cosine from the two before it. */
function productWithCosine(values: Float64Array, turn: number): number {
  const twice = 2 * Math.cos(turn);
  let here = Math.cos(turn / 2);
  let before = here;
  let product = 0;
  for (let at = 0; at < values.length; at += 1) {
    product += values[at]! * here;
    [here, before] = [twice * here - before, here];
  }
  return product;
}

/**
 * n times the variance of the mean of resamples of a series in circular blocks: how much of the dependence they keep.
 * @param length 1 to n
 */
export function blockVariance(values: Float64Array, length: number): number {
  const n = values.length;
  const centre = mean(values)!;
  let block = 0;
  for (let at = 0; at < length; at += 1) block += values[at]! - centre;
  let squares = 0;
  for (let at = 0; at < n; at += 1) {
    squares += block * block;
    block += values[(at + length) % n]! - values[at]!;
  }
  return squares / (n * length);
}

/** Sums of as many neighbours each as make 4,096 sums at most, about their mean; a rest that fills none is left out. */
function sumsOfNeighbours(values: Float64Array): { sums: Float64Array; size: number } {
  const size = Math.ceil(values.length / MOST_SUMS);
  const sums = new Float64Array(Math.floor(values.length / size));
  for (let sum = 0; sum < sums.length; sum += 1) {
    for (let at = sum * size; at < (sum + 1) * size; at += 1) sums[sum]! += values[at]!;
  }
  const centre = mean(sums)!;
  return { sums: sums.map((one) => one - centre), size };
}

/** Autocovariances of a series about zero, from a lag to another. */
function covariances(values: Float64Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let lag = from; lag <= to; lag += 1) {
    let total = 0;
    for (let at = lag; at < values.length; at += 1) total += values[at]! * values[at - lag]!;
    found.push(total / values.length);
  }
  return found;
}
