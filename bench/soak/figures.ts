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

/** Slope of the least-squares line through points, in units of y for one of x; 0 of fewer than two. */
export function slopeOf(points: readonly { x: number; y: number }[]): number {
  if (points.length < 2) return 0;
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
