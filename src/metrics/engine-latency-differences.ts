import { mean } from "../math/statistics.ts";
import { hasFinished, type RequestRecord, valuesOf } from "../schema/observation.ts";
import { allowedStrays, histogramMean } from "./engine-series.ts";
import { figure, type Metric } from "./metric.ts";

/** Mean latencies of the same requests, ours less the engine's: what lies between the two, and a check on both. */
export const engineLatencyDifferences: readonly Metric[] = [
  difference(
    { name: "ttft", title: "TTFT", counted: "first tokens" },
    "Mean TTFT of the requests whose first token came between the scrapes around the window − the engine's own mean over the same: what lies between the two (HTTP, tokenizing, the load generator), and a check on both.",
    ({ firstTokenNs, sentNs }) =>
      firstTokenNs === null ? null : { atNs: firstTokenNs, tookNs: firstTokenNs - sentNs },
  ),
  difference(
    { name: "e2e", title: "E2E", counted: "answers" },
    "Mean end-to-end latency of the requests that ended between the scrapes around the window − the engine's own mean over the same: it can be compared even where answers came in few chunks; a check on both.",
    (request) => {
      const { lastTokenNs, sentNs } = request;
      return lastTokenNs === null || !hasFinished(request) ? null : { atNs: lastTokenNs, tookNs: lastTokenNs - sentNs };
    },
  ),
];

function difference(
  { name, title, counted }: { name: string; title: string; counted: string },
  text: string,
  latencyOf: (request: RequestRecord) => { atNs: number; tookNs: number } | null,
): Metric {
  const rule = "means of the same requests";
  return figure(
    {
      id: `${name}_client_minus_engine`,
      unit: "ms",
      title: `${title}, client less engine`,
      definition: text,
      better: "neither",
    },
    (input) => {
      const engine = histogramMean(input, name);
      const { n } = engine;
      if (engine.value === null) return { value: null, why: engine.why, n, rule };
      // The warm-up's too: the engine counts them all.
      const tookNs = valuesOf(input.observation.requests, (request) => {
        const latency = latencyOf(request);
        return latency !== null && latency.atNs > engine.fromNs && latency.atNs <= engine.toNs ? latency.tookNs : null;
      });
      const stray = Math.abs(tookNs.length - n);
      const clientNs = mean(tookNs);
      if (clientNs === null || stray > Math.max(1, allowedStrays(input, n))) {
        const why = `the engine counted ${n} ${counted} where the client saw ${tookNs.length}: not the same requests`;
        return { value: null, why, n, rule };
      }
      return { value: clientNs / 1e6 - engine.value * 1e3, n, rule };
    },
  );
}
