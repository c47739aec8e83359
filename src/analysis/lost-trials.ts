import { countText } from "../math/figures.ts";
import { attemptsKey, lastAttempts } from "../schema/trial-spec.ts";
import type { Decision, Effect, HoldReason } from "../schema/effect.ts";
import { runWords } from "../schema/run-words.ts";
import { shellLine } from "../schema/shell-line.ts";
import { firstReason, isUsable, type Trial } from "../schema/trial.ts";
import { isDefinite, type Judged } from "./outcome.ts";
import { changeFigures } from "./sentence.ts";
import { isAskedAbout } from "./study.ts";
import type { ComparedStudy } from "./study.ts";

/** The study's trials, where the last attempt at a trial counts as measured if it is INVALID and no attempt was usable; null where none is. */
export function withLostTrials(study: ComparedStudy, trials: readonly Trial[]): Trial[] | null {
  const lost = new Set(unusable(study, trials, "INVALID").filter(({ measurements }) => measurements.length > 0));
  return lost.size === 0 ? null : trials.map((trial) => (lost.has(trial) ? asUsable(trial) : trial));
}

/** The study's trials, where of those that were measured again after they were INVALID the first attempt counts; null where none was. */
export function withFirstAttempts(study: ComparedStudy, trials: readonly Trial[]): Trial[] | null {
  const first = new Map(
    [...Map.groupBy(performanceOf(study, trials), ({ spec }) => attemptsKey(spec))].flatMap(([key, own]) => {
      const inOrder = own.toSorted((left, right) => left.spec.attempt - right.spec.attempt);
      const measured = inOrder.find(({ measurements }) => measurements.length > 0);
      return measured?.verdict.status === "INVALID" && own.some(isUsable) ? [[key, measured] as const] : [];
    }),
  );
  if (first.size === 0) return null;
  return trials.flatMap((trial) => {
    const own = first.get(attemptsKey(trial.spec));
    if (own === undefined) return trial;
    return own === trial ? asUsable(trial) : [];
  });
}

function asUsable(trial: Trial): Trial {
  return { ...trial, verdict: { ...trial.verdict, status: "SCREENED" } };
}

function performanceOf(study: ComparedStudy, trials: readonly Trial[]): Trial[] {
  return trials.filter(isAskedAbout(study));
}

/** The last attempts of performance trials of the study's fidelity that ended so, where no attempt was usable. */
function unusable(study: ComparedStudy, trials: readonly Trial[], status: "INVALID" | "FAILED"): Trial[] {
  const own = performanceOf(study, trials);
  const usable = new Set(own.filter(isUsable).map(({ spec }) => attemptsKey(spec)));
  return lastAttempts(own, ({ spec }) => spec).filter(
    ({ spec, verdict }) => verdict.status === status && !usable.has(attemptsKey(spec)),
  );
}

/** Why a change is on HOLD whose trials FAILED with no usable attempt, and the command that tries them again. `of`: trials that it has. */
export function failedTrials(study: ComparedStudy, own: readonly Trial[], of: number): HoldReason[] {
  const failed = unusable(study, own, "FAILED");
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
      text: `${failed.length} of ${countText(of, "trial")} FAILED (${why}): try again with ${again}`,
    },
  ];
}

/** A change that fails in some launches is neither shipped nor called harmless until they succeed; one that is worse besides stays REJECT. */
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

/**
 * A decision with what it would be by the first figures of the trials that were INVALID and measured again: trying until a check
 * passes selects by what the check looks at. It stands all the same, since what spoiled a trial once is no figure of the engine.
 */
export function withRetriesTold(decision: Decision, again: number, byFirst: Decision): Decision {
  if (again === 0 || !isDefinite(decision)) return decision;
  const [trials, figures] =
    again === 1 ? ["1 trial was INVALID", "its first figure"] : [`${again} trials were INVALID`, "their first figures"];
  const otherwise = byFirst.outcome === decision.outcome ? "the outcome is the same" : `it would be ${byFirst.outcome}`;
  return { ...decision, because: `${decision.because}; ${trials} and measured again: with ${figures} ${otherwise}` };
}
