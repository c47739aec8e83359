import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { RequestRecord } from "../schema/observation.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests, NO_SCHEDULE } from "./requests.ts";
import { distributionRows } from "./rows.ts";

const NS_PER_MS = 1e6;

/** A time of a request in ns; null where it has none. */
export type Moment = (request: RequestRecord) => number | null;

/** Rows of the time in ms between two moments of each finished request; requests that lack one of them have no part in it. */
export function latencyRows(input: MetricInput, definition: MetricDefinition, from: Moment, to: Moment): Measurement[] {
  const finished = finishedRequests(input);
  const sample: number[] = [];
  for (const request of finished) {
    const start = from(request);
    const end = to(request);
    if (start !== null && end !== null) sample.push((end - start) / NS_PER_MS);
  }
  return distributionRows(definition, sample, { none: whyNone(finished, from) });
}

function whyNone(finished: readonly RequestRecord[], from: Moment): string {
  if (finished.length === 0) return "no request finished";
  if (from === scheduled && finished.every((request) => request.scheduledNs === null)) return NO_SCHEDULE;
  return "no finished request has a token";
}

export const scheduled: Moment = (request) => request.scheduledNs;
export const sent: Moment = (request) => request.sentNs;
export const firstToken: Moment = (request) => request.firstTokenNs;
export const lastToken: Moment = (request) => request.lastTokenNs;
