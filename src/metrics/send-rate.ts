import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import { isOpenLoop } from "../schema/workload.ts";
import type { Moment } from "./latency.ts";
import type { MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

/**
 * The row of the requests after the first ÷ seconds from when the first was due until the last `moment`. Failed requests
 * count: they were due and sent as well.
 */
export function sendRate(input: MetricInput, definition: MetricDefinition, moment: Moment): Measurement {
  const outcomes = [finishedRequests(input), failedRequests(input)];
  const n = outcomes.reduce((sum, { length }) => sum + length, 0);
  const row = { n, rule: "exact" };
  if (!isOpenLoop(input.workload)) {
    return valueRow(definition, { ...row, value: null, why: "only an open loop has a rate of sends" });
  }
  let firstNs = Infinity;
  let lastNs = -Infinity;
  for (const requests of outcomes) {
    for (const request of requests) {
      firstNs = Math.min(firstNs, request.scheduledNs ?? request.sentNs);
      lastNs = Math.max(lastNs, moment(request) ?? request.sentNs);
    }
  }
  if (lastNs <= firstNs) return valueRow(definition, { ...row, value: null, why: "all requests were due at once" });
  if (n < 2) return valueRow(definition, { ...row, value: null, why: "fewer than 2 requests have no rate" });
  return valueRow(definition, { ...row, value: (n - 1) / ((lastNs - firstNs) / 1e9), why: null });
}
