import { countText } from "../math/figures.ts";
import { attemptsKey, lastAttempts } from "../schema/trial-spec.ts";
import type { Decision, Effect, HoldReason } from "../schema/effect.ts";
import { runWords } from "../schema/run-words.ts";
import { shellLine } from "../schema/shell-line.ts";
import { firstReason, isUsable, type Trial } from "../schema/trial.ts";
import { isDefinite, type Judged } from "./outcome.ts";
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

/** Performance trials of an experiment that FAILED and that no later attempt made good, with the command that tries them again. */
export function failedTrials(study: ComparedStudy, trials: readonly Trial[], experimentId: string): HoldReason[] {
  const own = trials.filter(({ spec }) => spec.purpose === "performance" && spec.experimentId === experimentId);
  const usable = new Set(own.filter(isUsable).map(({ spec }) => attemptsKey(spec)));
  const last = lastAttempts(own, ({ spec }) => spec);
  const failed = last.filter(({ spec, verdict }) => verdict.status === "FAILED" && !usable.has(attemptsKey(spec)));
  if (failed.length === 0) return [];
  const why = [...new Set(failed.map(({ verdict }) => firstReason(verdict.reason)))].join("; ");
  const again = shellLine([
    ...(study.matrix === undefined ? [] : runWords({ ...study, matrix: study.matrix })),
    "--retry",
    "failed",
  ]);
  return [
    {
      kind: "failed trials",
      text: `${failed.length} of ${countText(last.length, "trial")} FAILED (${why}): try again with ${again}`,
    },
  ];
}

/** What fails in some launches is neither shipped nor called harmless before they ran; what is worse beside its failures is REJECT all the same. */
export function heldByFailures(judged: Judged, failed: readonly HoldReason[]): Judged {
  if (failed.length === 0 || !isDefinite(judged) || judged.outcome === "REJECT") return judged;
  return { outcome: "HOLD", reason: "", missing: [...failed] };
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
