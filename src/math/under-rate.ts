import { NS_PER_S } from "./units.ts";

/** A stretch in which the rate goes evenly from one value to another, in requests a second. */
export interface Stretch {
  seconds: number;
  from: number;
  to: number;
}

/**
 * Due times under a rate that changes in time, evenly paced: request k is due when the integral of the rate has reached
 * k. After the last stretch its final rate holds.
 */
export function underRate(count: number, stretches: readonly Stretch[]): Float64Array {
  const last = stretches.at(-1);
  const all = [...stretches, ...(last ? [{ seconds: Infinity, from: last.to, to: last.to }] : [])];
  const due = new Float64Array(count);
  let place = 0;
  let beganS = 0;
  let sentBefore = 0;
  for (const { seconds, from, to } of all) {
    const sentWithin = seconds === Infinity ? Infinity : ((from + to) / 2) * seconds;
    const slope = (to - from) / seconds;
    for (; place < count && place < sentBefore + sentWithin; place += 1) {
      // The root of from·t + slope·t²/2 = k in the form that loses no digits where the slope is small.
      const k = place - sentBefore;
      const withinS = (2 * k) / (from + Math.sqrt(Math.max(0, from * from + 2 * slope * k)));
      due[place] = Math.round((beganS + withinS) * NS_PER_S);
    }
    beganS += seconds;
    sentBefore += sentWithin;
  }
  return due;
}

/** The requests that a schedule under such a rate has, where it is to have so many and to last so long, and when its last is due, in seconds. */
export function lengthUnderRate(
  stretches: readonly Stretch[],
  { requests, seconds }: { requests: number; seconds: number },
): { requests: number; seconds: number } {
  for (let count = requests; ; count *= 2) {
    const due = underRate(count, stretches);
    const last = due.findIndex((dueNs, place) => place + 1 >= requests && dueNs >= seconds * NS_PER_S);
    if (last >= 0) return { requests: last + 1, seconds: due[last]! / NS_PER_S };
  }
}
