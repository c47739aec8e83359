import type { Trial } from "./trial.ts";
import { isUsable } from "./verdict.ts";

/** The search for the highest rate that a row holds, as its probes tell it. Rates in requests a second. */
export interface PeakFound {
  row: string;
  workload: string;
  /** Of the requests that must meet the workload's SLO. */
  share: number;
  tries: PeakTry[];
  /** The highest rate that held below every one that broke; null where none did. */
  peak: number | null;
}

export interface PeakTry {
  rate: number;
  held: boolean;
  failed: boolean;
  /** Of the requests that met every limit, in per cent; null where nobody could tell. */
  withinSlo: number | null;
  /** The verdict's reason. */
  why: string;
  tookS: number | null;
  /** Seconds of its schedule that were not run, since the tail was spent; null where it ran to its end. */
  savedS: number | null;
}

/** A rate that was tried. */
export interface RateOutcome {
  rate: number;
  held: boolean;
}

/** A rate held where the trial broke no check and enough of its requests met the workload's limits. */
export function heldRate(trial: Trial, share: number): boolean {
  if (!isUsable(trial)) return false;
  const good = trial.measurements.find(({ metric }) => metric === "goodput_share")?.value ?? null;
  // A share has no exact binary form: 906 of 1000 are 0.906.
  return good === null || good >= 100 * share - 1e-9;
}

/** The highest rate that held below every rate that broke; null where none did. */
export function peakOf(outcomes: readonly RateOutcome[]): number | null {
  return rateBounds(outcomes).held;
}

/** A rate that held above one that broke held by chance: what broke is believed. */
export function rateBounds(outcomes: readonly RateOutcome[]): { held: number | null; broke: number | null } {
  const broken = outcomes.filter(({ held }) => !held).map(({ rate }) => rate);
  const broke = broken.length === 0 ? null : Math.min(...broken);
  const holding = outcomes.filter(({ held, rate }) => held && (broke === null || rate < broke)).map(({ rate }) => rate);
  return { held: holding.length === 0 ? null : Math.max(...holding), broke };
}
