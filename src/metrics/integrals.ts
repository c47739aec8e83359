import { median } from "../math/quantile.ts";
/** A figure over time: nanoseconds and values, in order of time; null is a reading that failed. */
export interface Readings {
  atNs: readonly number[];
  value: readonly (number | null)[];
}

export interface Window {
  startNs: number;
  endNs: number;
}

/** A figure or the reason why there is none. */
export type Told = { value: number; why: null } | { value: null; why: string };

/** Between two readings of a power nobody knows what it did: longer than this, or than so many of the usual intervals, and there is no integral. */
const longestGapS = 1;
const mostIntervals = 5;

/**
 * A counter is taken between its steps at the window's two ends as if it grew evenly there. For power that jumps at the
 * end itself that is wrong by at most a quarter of step × jump at each end: with steps of 4 % of the window, by 2 %.
 */
const longestStepShare = 0.04;

interface Point {
  atNs: number;
  value: number;
}

/** The integral of power (W) over exactly the window by the trapezoid rule, interpolated at its ends: joules. */
export function integrate(readings: Readings, window: Window): Told {
  const points = pointsAround(readings, window);
  if (!points) return none("the power was not read from before the window to after its end");
  const gaps = points.slice(1).map(({ atNs }, index) => (atNs - (points[index]?.atNs ?? atNs)) / 1e9);
  const limitS = Math.min(longestGapS, mostIntervals * (median(gaps) ?? 0));
  const longestS = gaps.reduce((longest, gap) => Math.max(longest, gap), 0);
  if (longestS > limitS)
    return none(`the power was not read for ${longestS.toFixed(2)} s: no gap may be over ${limitS.toFixed(2)} s`);
  let joules = 0;
  for (const [index, right] of points.entries()) {
    const left = points[index - 1];
    if (!left) continue;
    const from = Math.max(left.atNs, window.startNs);
    const to = Math.min(right.atNs, window.endNs);
    if (to > from) joules += ((between(left, right, from) + between(left, right, to)) / 2) * ((to - from) / 1e9);
  }
  return { value: joules, why: null };
}

/** How much a counter grew over exactly the window. Its source may renew it seldom: what counts is when it changed. */
export function growth(readings: Readings, window: Window): Told {
  const known = pointsOf(readings);
  if (known.some(({ value }, index) => value < (known[index - 1]?.value ?? value)))
    return none("the energy counter fell: the driver was loaded anew");
  const steps = known.filter(({ value }, index) => index > 0 && value !== known[index - 1]?.value);
  const at = (moment: number): { value: number; stepNs: number } | null => {
    const after = steps.findIndex(({ atNs }) => atNs >= moment);
    const [left, right] = [steps[after - 1], steps[after]];
    return left && right ? { value: between(left, right, moment), stepNs: right.atNs - left.atNs } : null;
  };
  const [start, end] = [at(window.startNs), at(window.endNs)];
  if (!start || !end) return none("the energy counter was not seen to change before the window and after its end");
  const stepS = Math.max(start.stepNs, end.stepNs) / 1e9;
  const limitS = (longestStepShare * (window.endNs - window.startNs)) / 1e9;
  if (stepS > limitS)
    return none(
      `the energy counter changes every ${stepS.toFixed(2)} s at an end of the window: it must every ${limitS.toFixed(2)} s`,
    );
  return { value: end.value - start.value, why: null };
}

export function pointsOf({ atNs, value }: Readings): Point[] {
  return atNs.flatMap((at, index) => {
    const one = value[index] ?? null;
    return one === null ? [] : [{ atNs: at, value: one }];
  });
}

/** The readings in the window, the last before it and the first after it; null where one of the two is missing. */
function pointsAround(readings: Readings, { startNs, endNs }: Window): Point[] | null {
  const points = pointsOf(readings);
  const first = points.findLastIndex(({ atNs }) => atNs <= startNs);
  const last = points.findIndex(({ atNs }) => atNs >= endNs);
  return first < 0 || last < 0 || last <= first ? null : points.slice(first, last + 1);
}

function between(left: Point, right: Point, atNs: number): number {
  return left.value + ((right.value - left.value) * (atNs - left.atNs)) / (right.atNs - left.atNs);
}

function none(why: string): Told {
  return { value: null, why };
}
