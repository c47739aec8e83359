import type { RequestRecord } from "../schema/observation.ts";
import type { MetricInput } from "./metric.ts";

/** Measured requests that succeeded: what every latency and rate is of. The warm-up is left out. */
export function finishedRequests({ observation }: MetricInput): RequestRecord[] {
  return observation.requests.filter(({ phase, error }) => phase === "measure" && error === null);
}

/** Measured requests that did not. */
export function failedRequests({ observation }: MetricInput): RequestRecord[] {
  return observation.requests.filter(({ phase, error }) => phase === "measure" && error !== null);
}

/** A closed loop has no intended send. */
export const NO_SCHEDULE = "a closed loop has no intended send";

/**
 * The server's count of output tokens over finished requests. Null, with the reason, where it left one out: a sum of the
 * rest would pass for the whole.
 */
export function outputTokens(finished: readonly RequestRecord[]): { tokens: number | null; why: string | null } {
  let tokens = 0;
  let silent = 0;
  for (const request of finished) {
    tokens += request.outputTokens ?? 0;
    if (request.outputTokens === null) silent += 1;
  }
  if (silent === 0) return { tokens, why: null };
  return { tokens: null, why: `the server gave no token count for ${silent} of ${finished.length} requests` };
}
