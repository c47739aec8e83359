import { NS_PER_S } from "../../math/units.ts";

/** The most due times that are made from a schedule. */
const MOST_DUE = 100_000;

/** The most requests that lead into a schedule or follow it: as many as it has itself, or 1,000 where it is short. */
export const mostBeside = (dueNs: Float64Array): number => Math.max(1000, dueNs.length);

/** The due times of a schedule before `longestNs`, with the schedule repeated where it is shorter; at most `most` of them. Times in ns after the start. */
export function goingOn(dueNs: Float64Array, longestNs: number, most = MOST_DUE): Float64Array {
  const spanNs = (dueNs.at(-1) ?? 0) - (dueNs[0] ?? 0);
  // One arrival, or several at once, have no gap between them: one second overloads no server.
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

/** The due times that follow a schedule, for `longestNs`: its gaps backwards from the last one, so that the rate is that of its end. */
export function following(dueNs: Float64Array, longestNs: number): Float64Array {
  const lastNs = dueNs.at(-1) ?? 0;
  // The first of these is the last due time itself.
  const mirrored = dueNs.toReversed().map((due) => lastNs - due);
  return goingOn(mirrored, longestNs, mostBeside(dueNs) + 1)
    .slice(1)
    .map((due) => lastNs + due);
}
