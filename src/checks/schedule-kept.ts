import { figureText, percentText } from "../math/figures.ts";
import { quantileLinear, sortedCopy, type Sorted } from "../math/quantile.ts";
import { certifies } from "../schema/fidelity.ts";
import type { RequestSource } from "../schema/observation.ts";
import type { Check } from "../schema/verdict.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import type { CheckRule } from "./check.ts";
import { medianTtftMs, tooShortToTell } from "./client-window.ts";
import { measuredRequests } from "./measured.ts";

/**
 * How late a send may be: the larger of so many ms and such a share of the median TTFT. A latency from the actual send
 * hides a lag, so the lag has to be smaller than what anybody would read off the result: 1 % where it is certified, and
 * 1 ms where answers are fast, the finest that a timer of the client's is made for. Screening compares effects of several per cent on
 * machines that are shared with the engine, whose pauses are of some ms.
 */
const screening = { ms: 5, shareOfTtft: 0.05 };
const certified = { ms: 1, shareOfTtft: 0.01 };

/** Below this the engine was put under another load than the one asked for: 1 % is what the figures of a rate are read to. */
const LEAST_SHARE_OF_RATE = 0.99;

/** Open loop: requests were sent when they were due. In a short window the median alone decides: no pause moves it. */
export const scheduleKept: CheckRule = {
  id: "schedule-kept",
  about: "client",
  asks: "Open loop: requests were sent when they were due, at the rate that was asked for.",
  limit: `late at p99 by the larger of ${screening.ms} ms and ${percentText(screening.shareOfTtft)} of the median TTFT (valid, submission: ${certified.ms} ms, ${percentText(certified.shareOfTtft)}); ${percentText(LEAST_SHARE_OF_RATE)} of the rate, at least`,
  remedy: "Lower load.rate, or give the client more: other cores than the engine's, another host, or several workers.",
  judge({ spec, workload, observation }) {
    if (observation === null || !isOpenLoop(workload) || spec.purpose === "accuracy") return null;
    const { all } = measuredRequests(observation);
    const lags = lagsMs(all);
    if (lags.length === 0) return null;
    const p50 = quantileLinear(lags, 0.5) ?? 0;
    const p99 = quantileLinear(lags, 0.99) ?? 0;
    const { ms, shareOfTtft } = certifies(spec.fidelity) ? certified : screening;
    const limit = Math.max(ms, shareOfTtft * (medianTtftMs(observation) ?? 0));
    const { asked, achieved } = rates(all);
    const kept = p99 <= limit && achieved >= LEAST_SHARE_OF_RATE * asked;
    const short = tooShortToTell(observation);
    const status: Check["status"] = kept ? "pass" : short !== null && p50 <= limit ? "unknown" : "fail";
    return {
      status,
      value: p99,
      limit,
      margin: limit - p99,
      unit: "ms",
      message:
        `sends were ${figureText(p50)} ms late in the median and ${figureText(p99)} ms at p99, and at most ${figureText(limit)} ms is allowed; ` +
        `${rateText(achieved, asked)}${heldText(all)}${status === "unknown" ? `; ${short}` : ""}`,
    };
  },
};

/** That a cap held requests back, which is left out of both figures. */
function heldText(requests: RequestSource): string {
  let held = 0;
  for (const { heldNs } of requests) if ((heldNs ?? 0) > 0) held += 1;
  return held === 0 ? "" : `, not counting how long \`load.max_in_flight\` held back ${held} of ${requests.length}`;
}

/** Of the requests that had an intended send. What a cap on the requests in flight held back is no lateness of the client's. */
function lagsMs(requests: RequestSource): Sorted {
  const lags: number[] = [];
  for (const { sentNs, scheduledNs, heldNs } of requests)
    if (scheduledNs !== null) lags.push((sentNs - scheduledNs - (heldNs ?? 0)) / 1e6);
  return sortedCopy(lags);
}

/** Requests a second from when the first was due until the last was due, and until the last was sent, or would have been without a cap. One moment has no rate. */
function rates(requests: RequestSource): { asked: number; achieved: number } {
  let firstDueNs = Infinity;
  let lastDueNs = 0;
  let lastSentNs = 0;
  let due = 0;
  for (const { scheduledNs, sentNs, heldNs } of requests) {
    if (scheduledNs === null) continue;
    due += 1;
    firstDueNs = Math.min(firstDueNs, scheduledNs);
    lastDueNs = Math.max(lastDueNs, scheduledNs);
    lastSentNs = Math.max(lastSentNs, sentNs - (heldNs ?? 0));
  }
  const perS = (lastNs: number): number => (lastNs <= firstDueNs ? 0 : (due - 1) / ((lastNs - firstDueNs) / 1e9));
  return { asked: perS(lastDueNs), achieved: perS(lastSentNs) };
}

function rateText(achieved: number, asked: number): string {
  if (asked === 0) return "too few requests were due for a rate";
  return `${figureText(achieved)} of ${figureText(asked)} requests a second were sent, at least ${percentText(LEAST_SHARE_OF_RATE)} are asked for`;
}
