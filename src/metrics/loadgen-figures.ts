import { offlineThroughput, serverThroughput, type Throughput } from "../math/loadgen/results.ts";
import { isStream } from "../math/loadgen/settings.ts";
import type { LoadgenScenario } from "../math/loadgen/settings.ts";
import { quantileLoadgen, sortedCopy } from "../math/quantile.ts";
import { NS_PER_MS } from "../math/units.ts";
import { figure, type MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";

const rule = "loadgen";
const NO_RULESET = "the workload names no ruleset";

export const loadgenTokens = figure(
  {
    id: "loadgen_tokens",
    unit: "tok/s",
    title: "Tokens a second by LoadGen's formula",
    definition:
      "Under a ruleset. Offline: output tokens ÷ the longest latency. Server, as completed: output tokens ÷ the end of the query issued last.",
    better: "higher",
  },
  (input) => {
    const { rates: found, n, why } = loadgenRates(input);
    const value = found?.tokensPerS ?? null;
    const uncounted = "the server did not count the tokens of every answer";
    return { value, why: value === null ? (why ?? uncounted) : null, n, rule };
  },
);

export const loadgenSamples = figure(
  {
    id: "loadgen_samples",
    unit: "req/s",
    title: "Samples a second by LoadGen's formula",
    definition:
      "Under a ruleset. Offline: samples ÷ the longest latency. Server, as completed: samples less one ÷ the end of the query issued last.",
    better: "higher",
  },
  (input) => {
    const { rates: found, n, why } = loadgenRates(input);
    return { value: found?.samplesPerS ?? null, why, n, rule };
  },
);

export const loadgenLatency = figure(
  {
    id: "loadgen_latency",
    unit: "ms",
    title: "Latency of a stream by LoadGen's percentile",
    definition:
      "Under a ruleset, SingleStream and MultiStream: the ruleset's percentile of the time of a query, by LoadGen's index; a query of several samples takes as long as the last of them.",
    better: "lower",
  },
  (input) => {
    const { ruleset } = input.workload;
    if (ruleset === null) return { value: null, why: NO_RULESET, n: 0, rule };
    if (!isStream(ruleset.scenario))
      return { value: null, why: `the headline of ${ruleset.scenario} is a rate`, n: 0, rule };
    const queries = new Map<number, { sentNs: number; doneNs: number }>();
    for (const { index, chunk, sentNs, lastTokenNs, endNs } of finishedRequests(input)) {
      const doneNs = lastTokenNs ?? endNs;
      const query = queries.getOrInsert(chunk ?? index, { sentNs, doneNs });
      query.sentNs = Math.min(query.sentNs, sentNs);
      query.doneNs = Math.max(query.doneNs, doneNs);
    }
    const latencies = sortedCopy([...queries.values()].map(({ sentNs, doneNs }) => (doneNs - sentNs) / NS_PER_MS));
    const value = quantileLoadgen(latencies, ruleset.percentile ?? 0);
    return { value, why: value === null ? "no request finished" : null, n: latencies.length, rule };
  },
);

/** Scenarios whose headline is a rate, and how LoadGen makes it; that of the streams is a latency. */
const rates: Partial<Record<LoadgenScenario, typeof offlineThroughput>> = {
  Offline: offlineThroughput,
  Server: serverThroughput,
};

/** LoadGen's rates of a trial under a ruleset; `why` says why there are none. */
function loadgenRates(input: MetricInput): { rates: Throughput | null; n: number; why: string | null } {
  const { ruleset } = input.workload;
  if (ruleset === null) return { rates: null, n: 0, why: NO_RULESET };
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
