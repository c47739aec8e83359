import { countText } from "../math/figures.ts";
import { ownFailure, type Failure } from "../schema/launch.ts";
import { certifies } from "../schema/fidelity.ts";
import { clientNotJudged, type Check, type Verdict } from "../schema/trial.ts";
import type { CheckRule, JudgeInput } from "./check.ts";
import { clientBound } from "./client-bound.ts";
import { clientCapacity } from "./client-capacity.ts";
import { clientPaused, clientStamps } from "./client-paused.ts";
import { duration, heldConcurrency, queueNeverEmpty, scheduleKept, tailBudget } from "./load.ts";
import { engineAgrees } from "./engine-agrees.ts";
import { errors, lengthsKept, requestCount, requestsFailure, requestsResent, tokenCounts } from "./requests.ts";
import { gpuUndisturbed } from "./gpu-undisturbed.ts";
import { resolvedEqualsDeclared } from "./resolved-equals-declared.ts";
import { rulesetDuration, rulesetEarlyStopping, rulesetLatencies, rulesetQueries } from "./rulesets.ts";
import { steadyState, warmedUp } from "./steadiness.ts";

export type { JudgeInput } from "./check.ts";
export { neededInWords, neededShare, type AskedOfClient } from "./client-capacity.ts";
export { slowdowns } from "./gpu-undisturbed.ts";
export { judgedLatencies, judgedSeconds, latencyNs, limitMs } from "./rulesets.ts";

/** Every check, the most telling first: the first that fails is the reason of the verdict. */
export const rules: readonly CheckRule[] = [
  resolvedEqualsDeclared,
  errors,
  lengthsKept,
  requestsResent,
  tailBudget,
  requestCount,
  duration,
  clientCapacity,
  scheduleKept,
  clientBound,
  clientPaused,
  clientStamps,
  warmedUp,
  steadyState,
  heldConcurrency,
  queueNeverEmpty,
  tokenCounts,
  gpuUndisturbed,
  engineAgrees,
  rulesetQueries,
  rulesetDuration,
  ...rulesetLatencies,
  ...rulesetEarlyStopping,
];

/** What a trial is worth, from that trial alone. A failure comes before any check, and a check that nobody could decide does not fail. */
export function judge(input: JudgeInput): Verdict {
  const { spec } = input;
  const isProfile = spec.purpose === "profile";
  const checks = (isProfile ? [] : rules).map((rule) => checkBy(rule, input)).filter((check) => check !== null);
  const verdict = { checks, failure: null, rulesetId: input.ruleset?.rulesetId ?? null };
  const failure = failureOf(input);
  if (failure) return { ...verdict, status: "FAILED", reason: `${failure.class}: ${failure.message}`, failure };
  if (isProfile) return { ...verdict, status: "SCREENED", reason: "a profile: under a profiler nothing is scored" };
  const failed = checks.find(({ status }) => status === "fail");
  if (failed) return { ...verdict, status: "INVALID", reason: `${failed.id}: ${failed.message}` };
  const status = certifies(spec.fidelity) ? "VALID" : "SCREENED";
  const notCertified = status === "SCREENED" ? `; ${spec.fidelity} is too little to certify` : "";
  const notJudged = clientNotJudged(verdict) ? "; client not judged" : "";
  return { ...verdict, status, reason: `${passed(checks)}${notJudged}${notCertified}` };
}

function checkBy({ id, remedy: usual, about, judge: judgeBy }: CheckRule, input: JudgeInput): Check | null {
  const found = judgeBy(input);
  if (found === null) return null;
  const { status, value, limit, margin, unit, message, remedy = usual } = found;
  return { id, status, value, limit, margin, unit, message, remedy, ...(about === undefined ? {} : { about }) };
}

function failureOf({ failure, observation, spec }: JudgeInput): Failure | null {
  if (failure) return failure;
  if (observation?.silence) {
    const hint =
      "Check whether the server hangs (its log, its /metrics) and whether it accepts these requests at all; where it is only slow, raise deadline_s.";
    return ownFailure("no-answers", observation.silence, hint);
  }
  if (observation) return requestsFailure(observation);
  // A probe may be over when the engine has started; the others are there to see something.
  if (spec.purpose === "probe") return null;
  const hint = "Run again with --retry failed; if it comes back, look at the server's log.";
  return ownFailure("nothing-measured", "the trial ended before anything was measured", hint);
}

function passed(checks: readonly Check[]): string {
  const unknown = checks.filter(({ status }) => status === "unknown").map(({ id }) => id);
  const all = `${countText(checks.length - unknown.length, "check")} passed`;
  return unknown.length === 0 ? all : `${all}, undecided: ${unknown.join(", ")}`;
}
