import { NS_PER_S } from "./trial-clock.ts";

/** What is made of a schedule has so many due times at most. */
const MOST_DUE = 100_000;

/** A schedule from its beginning for so long, and again from there where it is shorter. Times in ns after the start. */
export function goingOn(dueNs: Float64Array, longestNs: number): Float64Array {
  const spanNs = (dueNs.at(-1) ?? 0) - (dueNs[0] ?? 0);
  // One arrival, or all at once, has no gap: a second is one that no server is drowned by.
  const turnNs = spanNs + (spanNs > 0 ? spanNs / (dueNs.length - 1) : NS_PER_S);
  const going: number[] = [];
  for (let turn = 0; turn * turnNs < longestNs && going.length < MOST_DUE; turn += 1) {
    for (const due of dueNs) {
      const atNs = turn * turnNs + due;
      if (atNs < longestNs && going.length < MOST_DUE) going.push(atNs);
    }
  }
  return Float64Array.from(going);
}

/** What follows a schedule, for so long: its gaps from the last on, in the other direction, so that the rate is the one of its end. */
export function following(dueNs: Float64Array, longestNs: number): Float64Array {
  const lastNs = dueNs.at(-1) ?? 0;
  // The first of it is the last due time itself.
  const mirrored = dueNs.toReversed().map((due) => lastNs - due);
  return goingOn(mirrored, longestNs)
    .slice(1)
    .map((due) => lastNs + due);
}
