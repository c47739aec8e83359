import { measuredRequests } from "../schema/observation.ts";
import { isOpenLoop } from "../schema/scenario.ts";
import { scheduled, sent, type Moment } from "./latency.ts";
import { figure, type Figure, type MetricInput } from "./metric.ts";

export const requestedRate = figure(
  {
    id: "requested_rate",
    unit: "req/s",
    title: "Requested rate",
    definition:
      "Requests of an open loop after the first ÷ the time from when that was due until the last was due; null elsewhere.",
    better: "neither",
  },
  (input) => sendRate(input, scheduled),
);

export const achievedRate = figure(
  {
    id: "achieved_rate",
    unit: "req/s",
    title: "Achieved rate",
    definition:
      "Requests of an open loop after the first ÷ the time from when that was due until the last was sent; null elsewhere.",
    better: "neither",
  },
  (input) => sendRate(input, sent),
);

/**
 * The requests after the first ÷ seconds from when the first was due until the last `moment`. Those that failed or were cut off
 * count: they were due and sent as well.
 */
function sendRate({ observation, workload }: MetricInput, moment: Moment): Figure {
  const { all } = measuredRequests(observation);
  const n = all.length;
  if (!isOpenLoop(workload)) return { value: null, why: "only an open loop has a rate of sends", n };
  let firstNs = Infinity;
  let lastNs = -Infinity;
  for (const request of all) {
    firstNs = Math.min(firstNs, request.scheduledNs ?? request.sentNs);
    lastNs = Math.max(lastNs, moment(request) ?? request.sentNs);
  }
  if (lastNs <= firstNs) return { value: null, why: "all requests were due at once", n };
  if (n < 2) return { value: null, why: "fewer than 2 requests have no rate", n };
  return { value: (n - 1) / ((lastNs - firstNs) / 1e9), n };
}
