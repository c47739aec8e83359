import { normalQuantile } from "../math/distributions.ts";
import { mean, meanInterval } from "../math/statistics.ts";
import type { PairedFigure } from "../schema/finding.ts";

/** A subset judged against stored reference outputs, sample by sample: `ratio` is the mean score of the treatment ÷ that of the control. */
export interface PairedAccuracy extends Omit<PairedFigure, "metric" | "gate"> {
  /** 95 % interval of that ratio. */
  interval: { lower: number; upper: number };
}

/** Where fewer pairs differ than this, their spread says little of those that were not seen. */
const fewestDiffering = 5;

/** Of the 95 % interval, on each side. */
const tail = 0.025;

/**
 * The largest share of samples that may differ where none of `n` did: the exact bound of a binomial at 97.5 %.
 * Source: C. J. Clopper and E. S. Pearson, Biometrika 26, 1934, 404–413.
 */
function unseen(n: number): number {
  return 1 - tail ** (1 / n);
}

/**
 * By how much both ends of a mean's interval move where single values lie far out: an answer in a hundred that lost all of its
 * score would else be found too seldom.
 * Source: N. J. Johnson, "Modified t tests and confidence intervals for asymmetrical populations", JASA 73, 1978, 536–544.
 * @param values about their mean
 */
function skewShift(values: readonly number[]): number {
  const [squares, cubes] = [2, 3].map((power) => mean(values.map((value) => value ** power)) ?? 0) as [number, number];
  return squares === 0 ? 0 : ((cubes / squares) * (1 + 2 * normalQuantile(tail) ** 2)) / (6 * values.length);
}

/** The fewest pairs that can show a score to have kept `gate` (0.99) where all of them are identical. */
export function fewestPairs(gate: number): number {
  return gate >= 1 ? Infinity : Math.ceil(Math.log(tail) / Math.log(gate));
}

/**
 * Whether a score kept `gate` (0.99) of the control's, from the same samples on both sides. The interval is that of a ratio
 * estimator by linearisation (W. G. Cochran, "Sampling Techniques", 1977, 6.3): the spread of `treatment − ratio × control`,
 * by Student's t, corrected for skew. What differs between samples cancels, so that 1,000 samples are enough to see a loss of 1 %.
 * Where fewer than five pairs differ, the interval is wider by the exact bound on the share of samples that were not seen and
 * may have lost, or gained, all of a mean score, in equal steps from all of it down to none: identical answers alone never show
 * that none is lost.
 * Scores in any unit, not negative; null where no pair is there or the control scores 0.
 */
export function pairedAccuracy(
  treatment: ReadonlyMap<number, number>,
  control: ReadonlyMap<number, number>,
  gate: number,
): PairedAccuracy | null {
  const shared = [...treatment.keys()].filter((sample) => control.has(sample));
  const base = mean(shared.map((sample) => control.get(sample)!));
  if (base === null || base <= 0) return null;
  const ratio = mean(shared.map((sample) => treatment.get(sample)!))! / base;
  // treatment − ratio × control has the mean 0: its spread is that of the ratio, control and treatment varying together.
  const apart = shared.map((sample) => treatment.get(sample)! - ratio * control.get(sample)!);
  const spread = meanInterval(apart);
  const n = shared.length;
  const wins = shared.filter((sample) => treatment.get(sample)! > control.get(sample)!).length;
  const ties = shared.filter((sample) => treatment.get(sample) === control.get(sample)).length;
  const differing = n - ties;
  const notSeen = Math.max(0, 1 - differing / fewestDiffering) * unseen(n);
  const half = (spread === null ? 0 : (spread.upper - spread.lower) / 2 / base) + notSeen;
  const centre = ratio + skewShift(apart) / base;
  const interval = { lower: Math.max(0, Math.min(ratio, centre - half)), upper: Math.max(ratio, centre + half) };
  return { n, ratio, interval, status: standingOf(interval, gate), wins, ties, losses: n - ties - wins };
}

/** Where an interval lies before a gate. */
export function standingOf({ lower, upper }: PairedAccuracy["interval"], gate: number): PairedAccuracy["status"] {
  if (lower >= gate) return "pass";
  return upper < gate ? "fail" : "unknown";
}
