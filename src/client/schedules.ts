import { NS_PER_S } from "./trial-clock.ts";

/** What is made of a schedule has so many due times at most. */
const MOST_DUE = 100_000;

/** What stands before and after a schedule is no larger a load than the schedule itself, or so many requests where it is short. */
export const mostBeside = (dueNs: Float64Array): number => Math.max(1000, dueNs.length);

/** A schedule from its beginning for so long, and again from there where it is shorter; `most` due times. Times in ns after the start. */
export function goingOn(dueNs: Float64Array, longestNs: number, most = MOST_DUE): Float64Array {
  const spanNs = (dueNs.at(-1) ?? 0) - (dueNs[0] ?? 0);
  // One arrival, or all at once, has no gap: a second is one that no server is drowned by.
  const turnNs = spanNs + (spanNs > 0 ? spanNs / (dueNs.length - 1) : NS_PER_S);
  const going: number[] = [];
  for (let turn = 0; turn * turnNs < longestNs && going.length < most; turn += 1) {
    for (const due of dueNs) {
      const atNs = turn * turnNs + due;
      if (atNs < longestNs && going.length < most) going.push(atNs);
    }
  }
  return Float64Array.from(going);
}

/** What follows a schedule, for so long: its gaps from the last on, in the other direction, so that the rate is the one of its end. */
export function following(dueNs: Float64Array, longestNs: number): Float64Array {
  const lastNs = dueNs.at(-1) ?? 0;
  // The first of it is the last due time itself.
  const mirrored = dueNs.toReversed().map((due) => lastNs - due);
  return goingOn(mirrored, longestNs, mostBeside(dueNs) + 1)
    .slice(1)
    .map((due) => lastNs + due);
}
