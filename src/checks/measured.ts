import type { Observation, RequestRecord } from "../schema/observation.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Fidelity } from "../schema/fidelity.ts";

/** Measured requests, the warm-up left out, and those of them that succeeded and that did not. */
export function measuredRequests(observation: Observation): {
  all: RequestRecord[];
  finished: RequestRecord[];
  failed: RequestRecord[];
} {
  const all = observation.requests.filter(({ phase }) => phase === "measure");
  return {
    all,
    finished: all.filter(({ error }) => error === null),
    failed: all.filter(({ error }) => error !== null),
  };
}

/**
 * The share of requests that may fail. None where a result is certified: a request that failed is one that the engine did
 * not have to serve. At the lower fidelities one in a hundred, which moves a rate by no more than that, less than such
 * short runs can tell apart.
 */
const allowances: Readonly<Record<Fidelity, number>> = { smoke: 0.01, screen: 0.01, valid: 0, submission: 0 };

/** As above; an accuracy run must have every answer, since a missing one is scored by nobody. */
export function errorAllowance({ fidelity, purpose }: TrialSpec): number {
  return purpose === "accuracy" ? 0 : allowances[fidelity];
}

/** `1 request`, `2 requests`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** A figure for a sentence: three digits that matter, whole numbers whole. */
export function figure(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
