import type { Observation, RequestRecord, RequestSource } from "../schema/observation.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import type { Check } from "../schema/verdict.ts";

/** Measured requests, the warm-up left out, and those of them that succeeded and that did not; one that the client cut off on purpose did neither. */
export interface MeasuredRequests {
  all: RequestSource;
  finished: RequestSource;
  failed: RequestSource;
}

/** Requests may lie on disk, so that each is counted once and not for each check. */
const counted = new WeakMap<RequestSource, MeasuredRequests>();

export function measuredRequests({ requests }: Observation): MeasuredRequests {
  const known = counted.get(requests);
  if (known !== undefined) return known;
  const lengths = { all: 0, finished: 0, failed: 0 };
  for (const request of requests) {
    if (!wanted.all(request)) continue;
    lengths.all += 1;
    if (wanted.finished(request)) lengths.finished += 1;
    if (wanted.failed(request)) lengths.failed += 1;
  }
  const some = (kind: keyof typeof wanted): RequestSource => ({
    length: lengths[kind],
    *[Symbol.iterator]() {
      for (const request of requests) if (wanted[kind](request)) yield request;
    },
  });
  const measured = { all: some("all"), finished: some("finished"), failed: some("failed") };
  counted.set(requests, measured);
  return measured;
}

const wanted: Readonly<Record<keyof MeasuredRequests, (request: RequestRecord) => boolean>> = {
  all: ({ phase }) => phase === "measure",
  finished: ({ phase, error, cancelled }) => phase === "measure" && error === null && !cancelled,
  failed: ({ phase, error, cancelled }) => phase === "measure" && error !== null && !cancelled,
};

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
const allowances: Readonly<Record<Fidelity, number>> = { smoke: 0.01, screen: 0.01, valid: 0, submission: 0 };

/** As above; an accuracy run must have every answer, since a missing one is scored by nobody. */
export function errorAllowance({ fidelity, purpose }: TrialSpec): number {
  return purpose === "accuracy" ? 0 : allowances[fidelity];
}

/** The figures of a check that passes up to a limit, both in %. */
export function atMostPercent(
  value: number,
  limit: number,
): Pick<Check, "status" | "value" | "limit" | "margin" | "unit"> {
  return { status: value <= limit ? "pass" : "fail", value, limit, margin: limit - value, unit: "%" };
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
