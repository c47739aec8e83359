import { mean, meanInterval } from "../math/statistics.ts";

/** A subset judged against stored reference outputs, sample by sample. */
export interface PairedAccuracy {
  /** Pairs that both sides have. */
  n: number;
  /** Mean score of the treatment ÷ that of the control. */
  ratio: number;
  /** 95 % interval of that ratio; null below two pairs. */
  interval: { lower: number; upper: number } | null;
  /** `pass` where the whole interval is at or above the gate, `fail` where it is below, `unknown` where the gate lies in it. */
  status: "pass" | "fail" | "unknown";
}

/**
 * Whether a score kept `gate` (0.99) of the control's, from the same samples on both sides. The interval is that of a ratio
 * estimator by linearisation (W. G. Cochran, "Sampling Techniques", 1977, 6.3): the spread of `treatment − ratio × control`,
 * by Student's t. What differs between samples cancels, so that 1,000 samples are enough to see a loss of 1 %.
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
  const spread = meanInterval(shared.map((sample) => treatment.get(sample)! - ratio * control.get(sample)!));
  const half = spread === null ? null : (spread.upper - spread.lower) / 2 / base;
  const interval = half === null ? null : { lower: ratio - half, upper: ratio + half };
  return { n: shared.length, ratio, interval, status: statusOf(interval, gate) };
}

function statusOf(interval: PairedAccuracy["interval"], gate: number): PairedAccuracy["status"] {
  if (interval === null) return "unknown";
  if (interval.lower >= gate) return "pass";
  return interval.upper < gate ? "fail" : "unknown";
}
