import { countText, figureText, percentText } from "../math/figures.ts";
import { quantileLinear, sortedCopy, type Sorted } from "../math/quantile.ts";
import { NS_PER_S } from "../math/units.ts";
import { certifies } from "../schema/fidelity.ts";
import type { RequestSource } from "../schema/observation.ts";
import type { Check } from "../schema/trial.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import { atMost, atLeast, measuredRequests, type CheckRule } from "./check.ts";
import { medianTtftMs, tooShortToTell } from "./client-window.ts";

/**
 * The measured requests were sent for as long as the fidelity asks for, or the window is as long: a load goes on until it is,
 * so that no engine is too fast for it. Not of an accuracy run, which is as long as its answers.
 */
export const duration: CheckRule = {
  id: "duration",
  asks: "The load lasted as long as the fidelity asks for. Not of accuracy runs.",
  limit: "`counts.<fidelity>.seconds` of the workload",
  remedy:
    "Look at why it ended early: the errors of the requests, or a trace that is shorter than the workload's counts; then run again with --retry invalid.",
  judge({ spec, workload, observation }) {
    const limit = workload.counts[spec.fidelity].seconds;
    if (observation === null || limit === undefined || spec.purpose !== "performance") return null;
    let lastNs = observation.window.endNs;
    for (const { sentNs } of measuredRequests(observation).all) lastNs = Math.max(lastNs, sentNs);
    const value = (lastNs - observation.window.startNs) / 1e9;
    return {
      ...atLeast(value, limit, "s"),
      message: `the measured window was ${figureText(value)} s long, and ${spec.fidelity} asks for ${limit === 0 ? "no shortest time" : `at least ${figureText(limit)} s`}`,
      remedy: `Look at why it ended early: the errors of the requests, or a trace that is shorter than counts.${spec.fidelity}.seconds; then run again with --retry invalid.`,
    };
  },
};

/**
 * A tenth below what was asked is another experiment: throughput follows the number in flight nearly one to one as long
 * as the engine's batch is not full.
 */
const LEAST_SHARE_HELD = 0.9;

/** Closed loop: the client kept as many requests in flight as it was asked to. */
export const heldConcurrency: CheckRule = {
  id: "held-concurrency",
  asks: "Closed loop: the client kept as many requests in flight as it was asked to.",
  limit: `${percentText(LEAST_SHARE_HELD)} of \`load.concurrency\`, at least`,
  remedy: "Ask for more requests than load.concurrency, or for a lower concurrency than this client can hold.",
  judge({ spec, workload, observation }) {
    if (observation === null || workload.scenario !== "closed" || spec.purpose === "accuracy") return null;
    const { asked, heldMean } = observation.inFlight;
    const limit = asked * LEAST_SHARE_HELD;
    return {
      ...atLeast(heldMean, limit, "1"),
      message: `${figureText(heldMean)} of ${countText(asked, "request")} ${asked === 1 ? "was" : "were"} kept in flight on average, and at least ${figureText(limit)} are asked for`,
      remedy: `Ask for more requests than load.concurrency (${asked}), or for a lower concurrency than this client can hold.`,
    };
  },
};

/** Offline: the engine never waited for the client. Not where the client sends in chunks, which lets the queue run empty by design. */
export const queueNeverEmpty: CheckRule = {
  id: "queue-never-empty",
  asks: "Offline: the engine never waited for the client.",
  limit: "never, before the last request was sent",
  remedy: "Raise load.max_in_flight, so that the engine always has requests waiting.",
  judge({ spec, workload, observation }) {
    const applies = workload.scenario === "offline" && workload.load.batch_size === undefined;
    if (observation === null || !applies || spec.purpose !== "performance") return null;
    const { queueRanEmpty } = observation;
    const { asked } = observation.inFlight;
    const when = `before the last request was sent, with ${countText(asked, "request")} in flight`;
    return {
      status: queueRanEmpty === null ? "unknown" : queueRanEmpty ? "fail" : "pass",
      value: queueRanEmpty === null ? null : queueRanEmpty ? "ran empty" : "never",
      limit: "never",
      margin: null,
      unit: "",
      message:
        queueRanEmpty === null
          ? "nobody could tell whether the engine's queue ran empty"
          : `the engine's queue ${queueRanEmpty ? "ran" : "never ran"} empty ${when}`,
      remedy: `Raise load.max_in_flight above ${asked}, so that the engine always has requests waiting.`,
    };
  },
};

/** A probe that was given up: so many of its requests had missed their limits that no end of it could have held. */
export const tailBudget: CheckRule = {
  id: "tail-budget",
  asks: "The search did not give this probe up. It gives a probe up once so many requests have missed their limits that the rest cannot make up for it.",
  limit: "the share of the schedule that may miss",
  remedy: "Nothing, in a search: a lower rate comes next. Else lower load.rate, or widen the workload's slo.",
  judge({ observation }) {
    const gaveUp = observation?.gaveUp ?? null;
    if (gaveUp === null) return null;
    const { missed, allowed, atNs, lastDueNs } = gaveUp;
    return {
      ...atMost(missed, allowed, "1"),
      status: "fail",
      message:
        `${countText(missed, "request")} had missed a limit after ${figureText(atNs / NS_PER_S)} s, and at most ${allowed} of the schedule may: ` +
        (lastDueNs > atNs
          ? `given up ${figureText((lastDueNs - atNs) / NS_PER_S)} s before its end`
          : "given up when all of it was sent"),
    };
  },
};

/**
 * How late a send may be: the larger of so many ms and such a share of the median TTFT. A latency from the actual send
 * hides a lag, so the lag has to be smaller than what anybody would read off the result: 1 % where it is certified, and
 * 1 ms where answers are fast, the finest that a timer of the client's is made for. Screening compares effects of several per cent on
 * machines that are shared with the engine, whose pauses are of some ms.
 */
const lagScreening = { ms: 5, shareOfTtft: 0.05 };
const lagCertified = { ms: 1, shareOfTtft: 0.01 };

/** Below this the engine was put under another load than the one asked for: 1 % is what the figures of a rate are read to. */
const LEAST_SHARE_OF_RATE = 0.99;

/** Open loop: requests were sent when they were due. In a short window the median alone decides: no pause moves it. */
export const scheduleKept: CheckRule = {
  id: "schedule-kept",
  about: "client",
  asks: "Open loop: requests were sent when they were due, at the rate that was asked for.",
  limit: `late at p99 by the larger of ${lagScreening.ms} ms and ${percentText(lagScreening.shareOfTtft)} of the median TTFT (valid, submission: ${lagCertified.ms} ms, ${percentText(lagCertified.shareOfTtft)}); ${percentText(LEAST_SHARE_OF_RATE)} of the rate, at least`,
  remedy: "Lower load.rate, or give the client more: other cores than the engine's, another host, or several workers.",
  judge({ spec, workload, observation }) {
    if (observation === null || !isOpenLoop(workload) || spec.purpose === "accuracy") return null;
    const { all } = measuredRequests(observation);
    const lags = lagsMs(all);
    if (lags.length === 0) return null;
    const p50 = quantileLinear(lags, 0.5) ?? 0;
    const p99 = quantileLinear(lags, 0.99) ?? 0;
    const { ms, shareOfTtft } = certifies(spec.fidelity) ? lagCertified : lagScreening;
    const limit = Math.max(ms, shareOfTtft * (medianTtftMs(observation) ?? 0));
    const { asked, achieved } = rates(all);
    const kept = p99 <= limit && achieved >= LEAST_SHARE_OF_RATE * asked;
    const short = tooShortToTell(observation);
    const status: Check["status"] = kept ? "pass" : short !== null && p50 <= limit ? "unknown" : "fail";
    return {
      ...atMost(p99, limit, "ms"),
      status,
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
