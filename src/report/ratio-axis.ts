import type { RatioBounds } from "../schema/effect.ts";

/** Changes at which a tick may stand, in per cent. */
const steps = [-90, -75, -50, -30, -20, -10, -5, -2, -1, 0, 1, 2, 5, 10, 20, 30, 50, 100, 200, 400, 900];
/** Of the interval ends that an axis covers, where it need not have all. */
const MIDDLE = 0.95;

/**
 * The ends of a log-ratio axis, as ratios: the middle 95 % of the interval ends, or another share of them, always 1 and twice the smallest effect of interest, and
 * a little room.
 * @param margin the smallest effect of interest, as a share
 */
export function ratioEnds(
  shown: readonly { ratio: number; interval: RatioBounds | null }[],
  margin: number,
  share = MIDDLE,
): RatioBounds {
  const ends = shown
    .flatMap(({ ratio, interval }) => (interval === null ? [ratio] : [interval.lower, interval.upper]))
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .map(Math.log)
    .toSorted((left, right) => left - right);
  const cut = Math.floor((ends.length * (1 - share)) / 2);
  const wide = 2 * Math.log1p(margin);
  const [least = 0, most = 0] = [ends[cut], ends[ends.length - 1 - cut]];
  const room = 0.04 * (Math.max(most, wide) - Math.min(least, -wide));
  return { lower: Math.exp(Math.min(least, -wide) - room), upper: Math.exp(Math.max(most, wide) + room) };
}

/** Ticks of such an axis as changes in per cent, in its order: from 0 outwards, round ones first, as many as stay this share of the axis apart. */
export function ratioTicks({ lower, upper }: RatioBounds, apart: number): number[] {
  const length = Math.log(upper) - Math.log(lower);
  const placeOf = (change: number): number => (Math.log1p(change / 100) - Math.log(lower)) / length;
  const ticks: number[] = [];
  for (const change of steps
    .filter((one) => placeOf(one) >= 0 && placeOf(one) <= 1)
    .toSorted((left, right) => Math.abs(left) - Math.abs(right))
    .toSorted((left, right) => roundness(right) - roundness(left)))
    if (ticks.every((tick) => Math.abs(placeOf(tick) - placeOf(change)) >= apart)) ticks.push(change);
  return ticks.toSorted((left, right) => left - right);
}

/** 0 first, then the ticks that a reader looks for. */
function roundness(change: number): number {
  if (change === 0) return 3;
  return [10, 20, 50, 100].includes(Math.abs(change)) ? 2 : 1;
}
