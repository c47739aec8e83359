import { offlineThroughput, serverThroughput, type Throughput } from "../math/loadgen/results.ts";
import type { LoadgenScenario } from "../math/loadgen/settings.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";

/** Scenarios whose headline is a rate, and how LoadGen makes it; that of the streams is a latency. */
const rates: Partial<Record<LoadgenScenario, typeof offlineThroughput>> = {
  Offline: offlineThroughput,
  Server: serverThroughput,
};

/** LoadGen's rates of a trial under a ruleset; `why` says why there are none. */
export function loadgenRates(input: MetricInput): { rates: Throughput | null; n: number; why: string | null } {
  const { ruleset } = input.workload;
  if (ruleset === null) return { rates: null, n: 0, why: "the workload names no ruleset" };
  const rateOf = rates[ruleset.scenario];
  if (rateOf === undefined) return { rates: null, n: 0, why: `the headline of ${ruleset.scenario} is a latency` };
  let [samples, tokens, maxLatencyNs, lastQueryDoneNs] = [0, 0 as number | null, 0, 0];
  for (const { scheduledNs, sentNs, lastTokenNs, endNs, outputTokens } of finishedRequests(input)) {
    const doneNs = lastTokenNs ?? endNs;
    samples += 1;
    tokens = tokens === null || outputTokens === null ? null : tokens + outputTokens;
    maxLatencyNs = Math.max(maxLatencyNs, doneNs - (scheduledNs ?? sentNs));
    // Requests come in the order of issue: the last one's end it is, not the last end.
    lastQueryDoneNs = doneNs;
  }
  if (samples === 0) return { rates: null, n: 0, why: "no request finished" };
  return { rates: rateOf({ samples, tokens, maxLatencyNs, lastQueryDoneNs }), n: samples, why: null };
}
