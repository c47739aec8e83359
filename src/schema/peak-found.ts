import { lastAttempts } from "./trial-spec.ts";
import { isUsable, spoiledBy, type Trial } from "./trial.ts";

/** The search for the highest rate that a row holds, as its probes tell it. Rates in requests a second. */
export interface PeakFound {
  row: string;
  workload: string;
  /** Of the requests that must meet the workload's SLO. */
  share: number;
  tries: PeakTry[];
  /** The highest rate that held below every one that broke; null where none did, and where the search is undecided. */
  peak: number | null;
  /** Where the client or the machine, and not the engine, spoiled every probe of a rate, so that the search could not go on. */
  undecided: UndecidedPeak | null;
}

export interface UndecidedPeak {
  /** The rate that could not be judged. */
  rate: number;
  /** The highest rate that held below it; null where none did. */
  atLeast: number | null;
  /** Which check failed, and what to do. */
  why: string;
}

export interface PeakTry {
  rate: number;
  outcome: ProbeOutcome;
  /** Of the requests that met every limit, in per cent; null where nobody could tell. */
  withinSlo: number | null;
  /** The verdict's reason. */
  why: string;
  tookS: number | null;
  /** Seconds of its schedule that were not run, since the tail was spent; null where it ran to its end. */
  savedS: number | null;
}

/** What a probe says of its rate: nothing where the engine FAILED, or where the client or the machine spoiled it. */
export type ProbeOutcome = "held" | "broke" | "spoiled" | "FAILED";

/** A rate that was tried, and that the probe judged. */
export interface RateOutcome {
  rate: number;
  held: boolean;
}

/** A rate held where the trial broke no check and enough of its requests met the workload's limits. */
export function probeOutcome(trial: Trial, share: number): ProbeOutcome {
  if (trial.verdict.status === "FAILED") return "FAILED";
  if (spoiledBy(trial.verdict) !== null) return "spoiled";
  if (!isUsable(trial)) return "broke";
  const good = trial.measurements.find(({ metric }) => metric === "goodput_share")?.value ?? null;
  // A share has no exact binary form: 906 of 1000 are 0.906.
  return good === null || good >= 100 * share - 1e-9 ? "held" : "broke";
}

/** How often a rate is tried, and again with each `--retry invalid`, where the client or the machine spoils its probes. */
const MOST_SPOILED = 2;

/** Whether a search gives up on a rate after so many spoiled probes of it. */
export function isGivenUp(spoiled: number): boolean {
  return spoiled > 0 && spoiled % MOST_SPOILED === 0;
}

/** Why a spoiled probe is no evidence, and what to do about it. */
export function spoiledText({ verdict }: Trial): string {
  const check = spoiledBy(verdict);
  return check === null ? verdict.reason : `${check.id}: ${check.message}. ${check.remedy}`;
}

/** The rates of which a probe judged that they held or broke, in the order of trying. */
export function judgedRates(tries: readonly Pick<PeakTry, "rate" | "outcome">[]): RateOutcome[] {
  return tries.flatMap(({ rate, outcome }) =>
    outcome === "held" || outcome === "broke" ? [{ rate, held: outcome === "held" }] : [],
  );
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

/** Probes of a fidelity, of each try the last attempt. */
export function probesOf({ fidelity }: { fidelity: string }, trials: readonly Trial[]): Trial[] {
  return lastAttempts(trials, ({ spec }) => spec).filter(
    ({ spec }) => spec.purpose === "probe" && spec.fidelity === fidelity,
  );
}
