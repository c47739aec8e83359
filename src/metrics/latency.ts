import { NS_PER_MS } from "../math/units.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { valuesOf } from "../schema/observation.ts";
import type { RequestRecord, RequestSource } from "../schema/observation.ts";
import type { MetricInput } from "./metric.ts";
import { allOf, finishedRequests, NO_SCHEDULE } from "./requests.ts";
import { seriesRows } from "./rows.ts";

/** A time of a request in ns; null where it has none. */
export type Moment = (request: RequestRecord) => number | null;

/** Rows of the time in ms between two moments of each finished request; requests that lack one of them have no part in it. */
export function latencyRows(input: MetricInput, definition: MetricDefinition, from: Moment, to: Moment): Measurement[] {
  const finished = finishedRequests(input);
  const sample = valuesOf(finished, (request) => {
    const start = from(request);
    const end = to(request);
    return start === null || end === null ? null : (end - start) / NS_PER_MS;
  });
  return seriesRows(definition, sample, { none: whyNone(finished, from) });
}

function whyNone(finished: RequestSource, from: Moment): string {
  if (finished.length === 0) return "no request finished";
  if (from === scheduled && allOf(finished, (request) => request.scheduledNs === null)) return NO_SCHEDULE;
  return "no finished request has a token";
}

export const scheduled: Moment = (request) => request.scheduledNs;
export const sent: Moment = (request) => request.sentNs;
export const firstToken: Moment = (request) => request.firstTokenNs;
export const lastToken: Moment = (request) => request.lastTokenNs;
