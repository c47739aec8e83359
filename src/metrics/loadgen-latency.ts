import { quantileLoadgen, sortedCopy } from "../math/quantile.ts";
import { NS_PER_MS } from "../math/units.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "loadgen_latency",
  unit: "ms",
  title: "Latency of a stream by LoadGen's percentile",
  definition:
    "Under a ruleset, SingleStream and MultiStream: the ruleset's percentile of the time of a query, by LoadGen's index; a query of several samples takes as long as the last of them.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const { ruleset } = input.workload;
  if (ruleset === null) return [row(null, 0, "the workload names no ruleset")];
  if (ruleset.scenario !== "SingleStream" && ruleset.scenario !== "MultiStream")
    return [row(null, 0, `the headline of ${ruleset.scenario} is a rate`)];
  const queries = new Map<number, { sentNs: number; doneNs: number }>();
  for (const { index, chunk, sentNs, lastTokenNs, endNs } of finishedRequests(input)) {
    const doneNs = lastTokenNs ?? endNs;
    const query = queries.get(chunk ?? index);
    if (query === undefined) queries.set(chunk ?? index, { sentNs, doneNs });
    else {
      query.sentNs = Math.min(query.sentNs, sentNs);
      query.doneNs = Math.max(query.doneNs, doneNs);
    }
  }
  const latencies = sortedCopy([...queries.values()].map(({ sentNs, doneNs }) => (doneNs - sentNs) / NS_PER_MS));
  const value = quantileLoadgen(latencies, ruleset.percentile ?? 0);
  return [row(value, latencies.length, value === null ? "no request finished" : null)];
}

function row(value: number | null, n: number, why: string | null): Measurement {
  return valueRow(definition, { value, why, n, rule: "loadgen" });
}
