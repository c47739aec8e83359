import { NS_PER_MS } from "../math/units.ts";
import type { MetricDefinition } from "../schema/measurement.ts";
import { figure, type Metric, type MetricInput } from "./metric.ts";
import { failedRequests, finishedRequests } from "./requests.ts";
import { distributionRows, distributionStats } from "./rows.ts";

export const requestsFinished = figure(
  {
    id: "requests_finished",
    unit: "1",
    title: "Requests finished",
    definition: "Measured requests that succeeded; the warm-up is left out.",
    better: "neither",
  },
  (input) => {
    const value = finishedRequests(input).length;
    return { value, n: value + failedRequests(input).length };
  },
);

export const requestsFailed = figure(
  {
    id: "requests_failed",
    unit: "1",
    title: "Requests failed",
    definition: "Measured requests that ended with an error, past their deadline, or were cut off.",
    better: "lower",
  },
  (input) => {
    const value = failedRequests(input).length;
    return { value, n: value + finishedRequests(input).length };
  },
);

export const requestsCancelled = figure(
  {
    id: "requests_cancelled",
    unit: "1",
    title: "Requests cut off by the client",
    definition:
      "Measured requests that the client cut off on purpose, as the workload's `cancel` says. They are neither finished nor failed, and are in no latency; the tokens that arrived count in the rates.",
    better: "neither",
  },
  ({ observation }) => {
    let [value, n] = [0, 0];
    for (const { phase, cancelled } of observation.requests) {
      if (phase !== "measure") continue;
      n += 1;
      if (cancelled) value += 1;
    }
    return { value, n };
  },
);

const NO_CAP = "nothing limits what is open in this load";

export const requestsHeld = figure(
  {
    id: "requests_held",
    unit: "1",
    title: "Requests held back by the cap",
    definition:
      "Measured requests of an open loop that were due while `load.max_in_flight` were open, and waited until one of those had ended. Null without such a cap.",
    better: "lower",
  },
  (input) => {
    const held = waits(input);
    return held === null ? { value: null, why: NO_CAP, n: 0 } : { value: held.ms.length, n: held.of };
  },
);

const heldBackDefinition: MetricDefinition = {
  id: "held_back",
  unit: "ms",
  title: "Time that the cap held requests back",
  definition:
    "Of the requests that `load.max_in_flight` held back: from when each was due until one of those open had ended. It is part of `send_lag` and of every latency from the scheduled send. Null without such a cap.",
  better: "lower",
  stats: distributionStats,
};

export const heldBack: Metric = {
  definition: heldBackDefinition,
  measure: (input) => {
    const held = waits(input);
    const none = held === null ? NO_CAP : "no request was held back";
    return distributionRows(heldBackDefinition, held?.ms ?? [], { none });
  },
};

/** Of the measured requests, how long each that was held back waited, in ms; null where the load has no cap. */
function waits({ observation }: MetricInput): { ms: number[]; of: number } | null {
  const ms: number[] = [];
  let of = 0;
  for (const { phase, heldNs } of observation.requests) {
    if (phase !== "measure" || heldNs === null) continue;
    of += 1;
    if (heldNs > 0) ms.push(heldNs / NS_PER_MS);
  }
  return of === 0 ? null : { ms, of };
}
