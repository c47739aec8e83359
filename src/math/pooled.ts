import { quantileLinear, sortedCopy } from "./quantile.ts";
import { sum } from "./statistics.ts";

/** Values of a trial that may be too many to be held: lent block by block, as often as they are asked for. No NaN among them. */
export type Pool = () => Iterable<Float64Array>;

/** So many values are held and sorted at once (8 MB); of more, the order statistics that are asked for are found by counting. */
const HELD_AT_ONCE = 2 ** 20;

/** An interval of values is counted in so many slots of equal width. */
const SLOTS = 2 ** 14;

/** What a pool is told by, every figure of it exact. */
export interface PoolSummary {
  n: number;
  sum: number;
  min: number;
  max: number;
}

/** One pass over the pool. Of an empty one, `min` is Infinity and `max` -Infinity. */
export function summarize(pool: Pool): PoolSummary {
  const summary = { n: 0, sum: 0, min: Infinity, max: -Infinity };
  for (const block of pool()) {
    summary.n += block.length;
    summary.sum += sum(block);
    for (const value of block) {
      if (value < summary.min) summary.min = value;
      if (value > summary.max) summary.max = value;
    }
  }
  return summary;
}

/** Values from `min` to `max` of which some are wanted; `below` others are less than all of them. */
interface Interval {
  min: number;
  max: number;
  below: number;
  count: number;
}

interface Slots {
  counts: Uint32Array;
  min: Float64Array;
  max: Float64Array;
}

/**
 * The values of so many places (zero-based) in the ascending order of the pool, exact, in memory that does not grow with
 * it. Each pass cuts the intervals in which a wanted place lies into slots and keeps the slots in which it lies; when
 * what is left can be held it is sorted. Every pass narrows an interval by the number of slots, so that there are few:
 * three of 12.8 million token gaps.
 */
export function orderStatistics(
  pool: Pool,
  { n, min, max }: PoolSummary,
  places: readonly number[],
  heldAtOnce = HELD_AT_ONCE,
): Map<number, number> {
  const found = new Map<number, number>();
  let open: Interval[] = n === 0 ? [] : [{ min, max, below: 0, count: n }];
  for (;;) {
    open = open.filter((interval) => {
      if (interval.min !== interval.max) return true;
      for (const place of placesIn(interval, places)) found.set(place, interval.min);
      return false;
    });
    if (open.length === 0) return found;
    if (open.reduce((total, { count }) => total + count, 0) <= heldAtOnce) break;
    open = narrowed(pool, open, places);
  }
  for (const { interval, values } of collected(pool, open)) {
    for (const place of placesIn(interval, places)) found.set(place, values[place - interval.below]!);
  }
  return found;
}

/** These quantiles of a pool that is not empty, as `quantileLinear` defines them, by p. */
export function pooledQuantiles(pool: Pool, summary: PoolSummary, wanted: readonly number[]): Map<number, number> {
  const last = summary.n - 1;
  const between = wanted.map((p) => {
    const below = Math.floor(p * last);
    return { p, below, above: Math.min(below + 1, last) };
  });
  const ordered = orderStatistics(
    pool,
    summary,
    between.flatMap(({ below, above }) => [below, above]),
  );
  return new Map(
    between.map(({ p, below, above }) => {
      const pair = sortedCopy([ordered.get(below)!, ordered.get(above)!]);
      return [p, quantileLinear(pair, p * last - below)!];
    }),
  );
}

function placesIn({ below, count }: Interval, places: readonly number[]): number[] {
  return places.filter((place) => place >= below && place < below + count);
}

function narrowed(pool: Pool, open: readonly Interval[], places: readonly number[]): Interval[] {
  const slots = open.map((): Slots => ({
    counts: new Uint32Array(SLOTS),
    min: new Float64Array(SLOTS).fill(Infinity),
    max: new Float64Array(SLOTS).fill(-Infinity),
  }));
  for (const block of pool()) {
    for (const value of block) {
      const which = intervalOf(open, value);
      if (which < 0) continue;
      const { min, max } = open[which]!;
      const own = slots[which]!;
      const slot = Math.min(SLOTS - 1, Math.floor(((value - min) / (max - min)) * SLOTS));
      own.counts[slot]! += 1;
      if (value < own.min[slot]!) own.min[slot] = value;
      if (value > own.max[slot]!) own.max[slot] = value;
    }
  }
  return open.flatMap((interval, which) => {
    const own = slots[which]!;
    const kept: Interval[] = [];
    let { below } = interval;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const count = own.counts[slot]!;
      const part = { min: own.min[slot]!, max: own.max[slot]!, below, count };
      if (placesIn(part, places).length > 0) kept.push(part);
      below += count;
    }
    return kept;
  });
}

function collected(pool: Pool, open: readonly Interval[]): { interval: Interval; values: Float64Array }[] {
  const held = open.map((interval) => ({ interval, values: new Float64Array(interval.count), length: 0 }));
  for (const block of pool()) {
    for (const value of block) {
      const own = held[intervalOf(open, value)];
      if (own === undefined) continue;
      own.values[own.length] = value;
      own.length += 1;
    }
  }
  return held.map(({ interval, values }) => ({ interval, values: values.toSorted() }));
}

/** A handful at most, so that looking at each is quickest; -1 where the value is in none. */
function intervalOf(open: readonly Interval[], value: number): number {
  for (let which = 0; which < open.length; which += 1) {
    const { min, max } = open[which]!;
    if (value >= min && value <= max) return which;
  }
  return -1;
}
