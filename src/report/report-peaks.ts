import type { PeakFound } from "../schema/peak-found.ts";

/** The search of each row, and the time that giving up early saved. */
export function peaksSection(peaks: readonly PeakFound[]): object {
  const tries = peaks.flatMap((found) => found.tries);
  const saved = tries.reduce((sum, { savedS }) => sum + (savedS ?? 0), 0);
  const took = tries.reduce((sum, { tookS }) => sum + (tookS ?? 0), 0);
  return {
    rows: peaks,
    tries: peaks.flatMap(({ row, workload, tries: own }) =>
      own.map((one) => ({
        row,
        workload,
        outcome: one.failed ? "FAILED" : one.held ? "held" : "broke",
        ...one,
      })),
    ),
    sharePercent: peaks[0] === undefined ? null : 100 * peaks[0].share,
    savedS: saved,
    tookS: took,
    gaveUp: tries.filter(({ savedS }) => savedS !== null).length,
  };
}
