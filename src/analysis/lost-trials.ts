import { countText } from "../math/figures.ts";
import { attemptsKey, lastAttempts } from "../schema/trial-spec.ts";
import type { Decision, Effect } from "../schema/effect.ts";
import { isUsable, type Trial } from "../schema/trial.ts";
import { isDefinite } from "./outcome.ts";
import { changeFigures } from "./sentence.ts";
import type { ComparedStudy } from "./study.ts";

/** The study's trials, where the last attempt at a trial counts as measured if it is INVALID and no attempt was usable; null where none is. */
export function withLostTrials(study: ComparedStudy, trials: readonly Trial[]): Trial[] | null {
  const usable = new Set(trials.filter(isUsable).map(({ spec }) => attemptsKey(spec)));
  const lost = new Set(
    lastAttempts(trials, ({ spec }) => spec).filter(
      ({ spec, verdict, measurements }) =>
        spec.purpose === "performance" &&
        spec.fidelity === study.fidelity &&
        verdict.status === "INVALID" &&
        measurements.length > 0 &&
        !usable.has(attemptsKey(spec)),
    ),
  );
  if (lost.size === 0) return null;
  return trials.map((trial) =>
    lost.has(trial) ? { ...trial, verdict: { ...trial.verdict, status: "SCREENED" as const } } : trial,
  );
}

/** What a change is judged to be with the trials that checks excluded. */
interface WithLostTrials {
  /** Trials of both sides that checks excluded. */
  lost: number;
  decision: Decision;
  effect: Effect | null;
}

/**
 * A decision after the sensitivity analysis: checks exclude by what a trial measured, so that exclusions may make a finding. It
 * stands only where it is the same with the excluded trials, and says so.
 */
export function sensitivityChecked(decision: Decision, { lost, decision: whole, effect }: WithLostTrials): Decision {
  if (lost === 0 || !isDefinite(decision)) return decision;
  const trials = `${countText(lost, "trial")} that checks excluded`;
  if (whole.outcome === decision.outcome)
    return { ...decision, because: `${decision.because}; the outcome is the same with the ${trials}` };
  const figures = effect === null ? "" : ` (${changeFigures(effect)})`;
  const why = `the outcome depends on the ${trials}: ${decision.outcome} without them, ${whole.outcome} with them${figures}`;
  const missing = [{ kind: "lost trials" as const, text: why }];
  return { ...decision, outcome: "HOLD", missing, because: `${decision.because}; missing: ${why}` };
}
