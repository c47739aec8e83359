import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { Moment } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

/**
 * The row of the requests after the first ÷ seconds from when the first was due until the last `moment`. Failed requests
 * count: they were due and sent as well.
 */
export function sendRate(input: MetricInput, definition: MetricDefinition, moment: Moment): Measurement {
  const all = [...finishedRequests(input), ...failedRequests(input)];
  const row = { n: all.length, rule: "exact" };
  if (input.workload.scenario !== "open") {
    return valueRow(definition, { ...row, value: null, why: "only an open loop has a rate of sends" });
  }
  let firstNs = Infinity;
  let lastNs = -Infinity;
  for (const request of all) {
    firstNs = Math.min(firstNs, request.scheduledNs ?? request.sentNs);
    lastNs = Math.max(lastNs, moment(request) ?? request.sentNs);
  }
  if (lastNs <= firstNs) return valueRow(definition, { ...row, value: null, why: "all requests were due at once" });
  if (all.length < 2) return valueRow(definition, { ...row, value: null, why: "fewer than 2 requests have no rate" });
  return valueRow(definition, { ...row, value: (all.length - 1) / ((lastNs - firstNs) / 1e9), why: null });
}
