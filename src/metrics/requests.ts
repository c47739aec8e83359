import { hasFinished, measuredRequests, requestsWhere } from "../schema/observation.ts";
import type { RequestRecord, RequestSource } from "../schema/observation.ts";
import { onceEach } from "../schema/once-each.ts";
import type { MetricInput } from "./metric.ts";
import { countText } from "../math/figures.ts";

/** What is told by the observation alone, whatever the workload. */
export type OfObservation = Pick<MetricInput, "observation">;

/** Measured requests that succeeded: what every latency and rate is of. The warm-up is left out, and what the client cut off on purpose. */
export function finishedRequests({ observation }: OfObservation): RequestSource {
  return measuredRequests(observation).finished;
}

/**
 * The requests that a rate of requests counts: those that finished within the window, of every phase, since at its start
 * requests of the warm-up finish while the first measured ones are under way. Where LoadGen's definitions hold, the measured
 * ones.
 */
export function finishedInWindow(input: MetricInput): RequestSource {
  return isByLoadgen(input) ? finishedRequests(input) : inWindow(input.observation);
}

const inWindow = onceEach(({ requests, window }: MetricInput["observation"]): RequestSource => {
  const wanted = (request: RequestRecord): boolean => {
    const { phase, lastTokenNs, endNs } = request;
    const atNs = lastTokenNs ?? endNs;
    // The window ends with the last measured one.
    const isWithin = phase === "measure" || (atNs > window.startNs && atNs <= window.endNs);
    return isWithin && hasFinished(request);
  };
  let length = 0;
  for (const request of requests) if (wanted(request)) length += 1;
  return requestsWhere(requests, length, wanted);
}, new WeakMap());

/** Measured requests that failed. */
export function failedRequests({ observation }: MetricInput): RequestSource {
  return measuredRequests(observation).failed;
}

/** True where LoadGen's order and definitions hold: the measured requests are the whole of what is counted. */
export function isByLoadgen({ workload }: MetricInput): boolean {
  return workload.ruleset !== null || workload.scenario === "offline";
}

/** Whether every one is so; true of none. */
export function allOf(requests: Iterable<RequestRecord>, holds: (request: RequestRecord) => boolean): boolean {
  for (const request of requests) if (!holds(request)) return false;
  return true;
}

/** A closed loop has no intended send. */
export const NO_SCHEDULE = "a closed loop has no intended send";

/** The sum of a count over requests that all have one; null, with the reason, where some have none. */
interface CountedTokens {
  tokens: number | null;
  why: string | null;
}

/**
 * The server's count of output tokens over finished requests. Null, with the reason, where it left one out: a sum of the
 * rest would pass for the whole. Several metrics are of it.
 */
export const outputTokens = onceEach((finished: RequestSource): CountedTokens => {
  let tokens = 0;
  let silent = 0;
  for (const request of finished) {
    tokens += request.outputTokens ?? 0;
    if (request.outputTokens === null) silent += 1;
  }
  const why = `the server gave no token count for ${silent} of ${countText(finished.length, "request")}`;
  return silent === 0 ? { tokens, why: null } : { tokens: null, why };
}, new WeakMap());
