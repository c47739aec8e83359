import type { MetricInput } from "./metric.ts";
import { finishedRequests } from "./requests.ts";

/**
 * The seconds that a rate is over. In Offline the longest latency from the intended send, as LoadGen divides (results
 * summary, `samples_per_second` of Offline); elsewhere the window. Null where it has no length.
 */
export function rateSpan(input: MetricInput): { seconds: number | null; rule: string } {
  const { observation, workload } = input;
  if (workload.scenario !== "offline") {
    const { startNs, endNs } = observation.window;
    return { seconds: positive((endNs - startNs) / 1e9), rule: "window" };
  }
  let longestNs = 0;
  for (const { scheduledNs, lastTokenNs, endNs } of finishedRequests(input)) {
    longestNs = Math.max(longestNs, (lastTokenNs ?? endNs) - (scheduledNs ?? 0));
  }
  return { seconds: positive(longestNs / 1e9), rule: "longest latency" };
}

function positive(seconds: number): number | null {
  return seconds > 0 ? seconds : null;
}
