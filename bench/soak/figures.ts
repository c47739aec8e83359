import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import type { Observation } from "../../src/schema/observation.ts";

/** What became of the requests of a load. */
export interface Fates {
  sent: number;
  finished: number;
  failed: number;
  cutOff: number;
  /** Rows that are none of these. */
  unclear: number;
}

export function fatesOf({ requests }: Pick<Observation, "requests">): Fates {
  const fates: Fates = { sent: 0, finished: 0, failed: 0, cutOff: 0, unclear: 0 };
  for (const { error, cancelled, lastTokenNs } of requests) {
    fates.sent += 1;
    if (cancelled) fates.cutOff += 1;
    else if (error !== null) fates.failed += 1;
    else if (lastTokenNs !== null) fates.finished += 1;
    else fates.unclear += 1;
  }
  return fates;
}

/** The median of the slopes between any two points, in units of y for one of x; 0 of fewer than two. A single high reading does not tilt it. */
export function slopeOf(points: readonly { x: number; y: number }[]): number {
  const slopes = points.flatMap((from, place) =>
    points.slice(place + 1).map((to) => (to.y - from.y) / (to.x - from.x)),
  );
  return slopes.length === 0 ? 0 : quantileLinear(sortedCopy(slopes), 0.5)!;
}
