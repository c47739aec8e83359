import { decimalsBeside } from "../../math/figures.ts";
import type { PeakFound } from "../../schema/peak-found.ts";
import { number, relationOf, text, type Relation } from "./relation.ts";

/** The highest rate that held, of each row that was searched. */
export function peaksRelation(peaks: readonly PeakFound[]): Relation {
  return relationOf("peaks", peaks, [
    text("row", "Row", ({ row }) => row),
    text("workload", "Workload", ({ workload }) => workload),
    number("peak", "Peak", peakText, { unit: "requests/s" }),
    number("tries", "Rates tried", ({ tries }) => tries.length),
  ]);
}

function peakText({ peak, undecided }: PeakFound): number | string {
  if (undecided === null) return peak ?? "none held";
  return undecided.atLeast === null ? "undecided" : `undecided, at least ${undecided.atLeast}`;
}

/** Every rate that was tried, in the order of trying. */
export function peakTriesRelation(peaks: readonly PeakFound[]): Relation {
  return relationOf(
    "peak_tries",
    peaks.flatMap(({ row, tries }) => tries.map((one) => ({ ...one, row }))),
    [
      text("row", "Row", ({ row }) => row),
      number("rate", "Rate", ({ rate }) => rate),
      text("outcome", "Outcome", ({ outcome }) => (outcome === "spoiled" ? "not judged" : outcome)),
      number("within_slo", "Within limits", ({ withinSlo }) => withinSlo, {
        unit: "%",
        decimals: decimalsOfTries(peaks),
      }),
      number("load", "Load", ({ tookS }) => tookS, { unit: "s", decimals: 1 }),
      number("not_run", "Not run", ({ savedS }) => savedS, { unit: "s", decimals: 1 }),
      text("why", "Verdict", ({ why }) => why),
    ],
  );
}

/** Decimals of the shares that tries had, which tell each from the share that was asked. */
export function decimalsOfTries(peaks: readonly PeakFound[]): number {
  const ofEach = peaks.map(({ share, tries }) =>
    decimalsBeside(
      share,
      tries.flatMap(({ withinSlo }) => withinSlo ?? []),
    ),
  );
  return Math.max(1, ...ofEach);
}

/** When a rate held, and the time that giving up early saved. */
export function peaksFacts(peaks: readonly PeakFound[]) {
  const tries = peaks.flatMap((found) => found.tries);
  return {
    sharePercent: peaks[0] === undefined ? null : 100 * peaks[0].share,
    savedS: tries.reduce((sum, { savedS }) => sum + (savedS ?? 0), 0),
    tookS: tries.reduce((sum, { tookS }) => sum + (tookS ?? 0), 0),
    gaveUp: tries.filter(({ savedS }) => savedS !== null).length,
    undecided: peaks.flatMap(({ row, undecided }) => (undecided === null ? [] : { ...undecided, row })),
  };
}
