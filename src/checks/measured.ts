import type { RequestRecord, RequestSource } from "../schema/observation.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import { certifies } from "../schema/fidelity.ts";
import type { Check } from "../schema/verdict.ts";

export { measuredRequests } from "../schema/measured-requests.ts";

/** The first of them; null of none. */
export function firstOf(requests: RequestSource): RequestRecord | null {
  for (const request of requests) return request;
  return null;
}

/**
 * The share of requests that may fail. None where a result is certified: a request that failed is one that the engine did
 * not have to serve. At the lower fidelities one in a hundred, which moves a rate by no more than that, less than such
 * short runs can tell apart.
 */
export const MOST_FAILED = 0.01;

/** As above; an accuracy run must have every answer, since a missing one is scored by nobody. */
export function errorAllowance({ fidelity, purpose }: TrialSpec): number {
  return purpose === "accuracy" || certifies(fidelity) ? 0 : MOST_FAILED;
}

type Figures = Pick<Check, "status" | "value" | "limit" | "margin" | "unit">;

/** The figures of a check that passes from a limit on, both in `unit`. */
export function atLeast(value: number, limit: number, unit: string): Figures {
  return { status: value >= limit ? "pass" : "fail", value, limit, margin: value - limit, unit };
}

/** The figures of a check that passes up to a limit, both in `unit`. */
export function atMost(value: number, limit: number, unit: string): Figures {
  return { status: value <= limit ? "pass" : "fail", value, limit, margin: limit - value, unit };
}
