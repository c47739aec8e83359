import { countText, figureText, percentText } from "../math/figures.ts";
import type { Failure } from "../schema/launch.ts";
import type { Observation } from "../schema/observation.ts";
import type { CheckRule } from "./check.ts";
import { atMost, errorAllowance, firstOf, measuredRequests, MOST_FAILED } from "./measured.ts";

/** Above this share of failed requests a trial has no result to judge: it FAILED. */
const MOST_FAILED_OF_A_RESULT = 0.5;

/** How the client says that nobody listened. */
const NOBODY_LISTENS = "ECONNREFUSED";

/** No more requests failed than the fidelity allows. */
export const errors: CheckRule = {
  id: "errors",
  asks: "Few enough requests failed.",
  limit: `${percentText(MOST_FAILED)} of the requests; none at valid and submission, and none of an accuracy run`,
  remedy: "Read the first error in requests.parquet and the server's log of the same moment.",
  judge({ spec, observation }) {
    if (observation === null) return null;
    const { all, failed } = measuredRequests(observation);
    if (all.length === 0) return null;
    const limit = errorAllowance(spec) * 100;
    const value = (failed.length / all.length) * 100;
    const first = firstOf(failed)?.error;
    return {
      ...atMost(value, limit, "%"),
      message:
        `${failed.length} of ${countText(all.length, "request")} failed (${figureText(value)} %), and ${spec.purpose} at ` +
        `${spec.fidelity} allows ${figureText(limit)} %${first ? `; the first: ${first}` : ""}`,
    };
  },
};

/**
 * The failure of a trial whose requests failed beyond any judgement: more than half of them, or the engine was gone when
 * the last was sent. Null where they did not.
 */
export function requestsFailure(observation: Observation): Failure | null {
  const { all, failed } = measuredRequests(observation);
  let last = firstOf(all);
  for (const request of all) if (last === null || request.sentNs > last.sentNs) last = request;
  const gone = last?.error?.includes(NOBODY_LISTENS) ?? false;
  if (all.length === 0 || (!gone && failed.length <= all.length * MOST_FAILED_OF_A_RESULT)) return null;
  const share = `${failed.length} of ${countText(all.length, "request")} failed`;
  return {
    class: "requests-failed",
    message: `${share}${gone ? ", and the engine was gone before the end" : ""}; the first: ${firstOf(failed)?.error || "no reason"}`,
    file: null,
    line: null,
    hint: gone
      ? "The engine ended while it was under load: its log says why, above its last lines."
      : "Look whether the engine takes such requests at all: lengths, sampling parameters, model name.",
  };
}
