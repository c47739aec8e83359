import type { Decision, Effect } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import { changeFigures } from "./sentence.ts";
import type { ComparedStudy } from "./study.ts";
import { countText } from "./words.ts";

/** What may be taken over, or is done with: these have to be the same with the trials that checks excluded. */
const settled: ReadonlySet<string> = new Set(["SHIP", "REJECT", "NO EFFECT", "TRADE-OFF"]);

/** The study's trials with those of no usable attempt that a check called INVALID counted as measured; null where there is none. */
export function withLostTrials(study: ComparedStudy, trials: readonly Trial[]): Trial[] | null {
  const usable = new Set(trials.filter(isUsable).map(placeOf));
  const last = new Map<string, number>();
  for (const trial of trials) last.set(placeOf(trial), Math.max(last.get(placeOf(trial)) ?? 0, trial.spec.attempt));
  const isLost = (trial: Trial): boolean =>
    trial.spec.purpose === "performance" &&
    trial.spec.fidelity === study.fidelity &&
    trial.verdict.status === "INVALID" &&
    trial.measurements.length > 0 &&
    !usable.has(placeOf(trial)) &&
    last.get(placeOf(trial)) === trial.spec.attempt;
  if (!trials.some(isLost)) return null;
  return trials.map((trial) =>
    isLost(trial) ? { ...trial, verdict: { ...trial.verdict, status: "SCREENED" as const } } : trial,
  );
}

function placeOf({ spec }: Trial): string {
  return `${spec.experimentId} ${spec.purpose} ${spec.fidelity} ${spec.replicate}`;
}

/** A decision beside the one that the excluded trials would make of it. */
export interface Beside {
  /** Trials of both sides that checks excluded. */
  lost: number;
  decision: Decision;
  effect: Effect | null;
}

/**
 * Checks exclude by what a trial measured, so that they may decide what is found: a decision holds only where it is the same
 * with the trials that they excluded, and says that it is.
 */
export function robust(decision: Decision, { lost, decision: whole, effect }: Beside): Decision {
  if (lost === 0 || !settled.has(decision.outcome)) return decision;
  const trials = `${countText(lost, "trial")} that checks excluded`;
  if (whole.outcome === decision.outcome)
    return { ...decision, because: `${decision.because}; the same with the ${trials}` };
  const figures = effect === null ? "" : ` (${changeFigures(effect)})`;
  const why = `the ${trials} would decide: ${decision.outcome} without them, ${whole.outcome} with them${figures}`;
  return { ...decision, outcome: "HOLD", missing: [why], because: `${decision.because}; missing: ${why}` };
}
