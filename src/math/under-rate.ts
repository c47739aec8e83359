import { NS_PER_S } from "./units.ts";

/** A stretch in which the rate goes evenly from one value to another, in requests a second. */
export interface Stretch {
  seconds: number;
  from: number;
  to: number;
}

/** A stretch with when it begins, in seconds, and the requests before it and within it. */
interface PlacedStretch extends Stretch {
  beganS: number;
  sentBefore: number;
  sentWithin: number;
}

/**
 * Due times under a rate that changes in time, evenly paced: request k is due when the integral of the rate has reached
 * k. After the last stretch its final rate holds.
 */
export function underRate(count: number, stretches: readonly Stretch[]): Float64Array {
  const due = new Float64Array(count);
  let place = 0;
  for (const stretch of placed(stretches)) {
    const sentAfter = stretch.sentBefore + stretch.sentWithin;
    for (; place < count && place < sentAfter; place += 1) due[place] = Math.round(dueS(stretch, place) * NS_PER_S);
  }
  return due;
}

/** The requests that a schedule under such a rate has, where it is to have so many and to last so long, and when its last is due, in seconds. */
export function lengthUnderRate(
  stretches: readonly Stretch[],
  { requests, seconds }: { requests: number; seconds: number },
): { requests: number; seconds: number } {
  const all = placed(stretches);
  const then = all.findLast(({ beganS }) => beganS <= seconds)!;
  const withinS = seconds - then.beganS;
  const sent = then.sentBefore + then.from * withinS + (slopeOf(then) * withinS * withinS) / 2;
  // A request that is due just then is the last; a rounding error is no further one.
  const last = Math.max(requests - 1, Math.ceil(sent - 1e-6));
  return {
    requests: last + 1,
    seconds: dueS(
      all.findLast(({ sentBefore }) => sentBefore <= last)!,
      last,
    ),
  };
}

/** Each stretch, and that in which the final rate holds. */
function placed(stretches: readonly Stretch[]): PlacedStretch[] {
  const last = stretches.at(-1);
  let [beganS, sentBefore] = [0, 0];
  return [...stretches, ...(last ? [{ seconds: Infinity, from: last.to, to: last.to }] : [])].map((stretch) => {
    const { seconds, from, to } = stretch;
    const one = { ...stretch, beganS, sentBefore, sentWithin: ((from + to) / 2) * seconds };
    beganS += seconds;
    sentBefore += one.sentWithin;
    return one;
  });
}

/** When request k of a schedule is due, which lies in this stretch. */
function dueS(stretch: PlacedStretch, k: number): number {
  const { beganS, sentBefore, from } = stretch;
  const within = k - sentBefore;
  // The root of from·t + slope·t²/2 = k in the form that loses no digits where the slope is small.
  const root = Math.sqrt(Math.max(0, from * from + 2 * slopeOf(stretch) * within));
  return beganS + (2 * within) / (from + root);
}

function slopeOf({ seconds, from, to }: Stretch): number {
  return (to - from) / seconds;
}
