import type { MetricDefinition } from "../schema/measurement.ts";
import { counterGrowth, gaugeMax, histogramMean } from "./engine-series.ts";
import { figure, type Figure, type Metric, type MetricInput } from "./metric.ts";

const BETWEEN = "between the scrapes around the window, so that some of the warm-up may be in it";

/** What the engine counts itself, out of the scrapes of its metrics page. */
export const engineFigures: readonly Metric[] = [
  byEngine(
    { id: "engine_ttft_mean", unit: "ms", title: "Mean time to first token, by the engine", better: "lower" },
    `The engine's own TTFT: growth of the histogram's sum ÷ growth of its count, ${BETWEEN}.`,
    (input) => meanMs(input, "ttft"),
  ),
  byEngine(
    { id: "engine_itl_mean", unit: "ms", title: "Mean inter-token latency, by the engine", better: "lower" },
    `The engine's own ITL: growth of the histogram's sum ÷ growth of its count, ${BETWEEN}.`,
    (input) => meanMs(input, "itl"),
  ),
  byEngine(
    { id: "engine_e2e_mean", unit: "ms", title: "Mean latency of a request, by the engine", better: "lower" },
    `The engine's own latency of a whole request: growth of the histogram's sum ÷ growth of its count, ${BETWEEN}.`,
    (input) => meanMs(input, "e2e"),
  ),
  byEngine(
    { id: "prefix_hit_rate", unit: "1", title: "Prefix cache hit rate", better: "neither" },
    `Prompt tokens found in the prefix cache ÷ those looked up, ${BETWEEN}.`,
    (input) =>
      share(input, "prefix_hits", "prefix_queries", "no prompt token was looked up in a prefix cache: it is off"),
  ),
  byEngine(
    { id: "spec_acceptance", unit: "1", title: "Speculative acceptance", better: "higher" },
    `Draft tokens that were accepted ÷ draft tokens, ${BETWEEN}.`,
    (input) =>
      share(input, "spec_accepted_tokens", "spec_draft_tokens", "no token was drafted: speculative decoding is off"),
  ),
  byEngine(
    { id: "preemptions", unit: "1", title: "Preemptions", better: "lower" },
    `Requests that the engine put back because its KV cache was full, ${BETWEEN}.`,
    (input) => {
      const { value, why } = counterGrowth(input, "preemptions");
      return { value, why, n: value ?? 0, rule: "counter" };
    },
  ),
  byEngine(
    { id: "kv_usage_max", unit: "1", title: "Highest KV cache usage", better: "neither" },
    "The greatest share of the KV cache in use at a scrape within the window; between scrapes it may have been higher.",
    (input) => ({ ...gaugeMax(input, "kv_usage"), rule: "scrapes" }),
  ),
  byEngine(
    { id: "queue_max", unit: "1", title: "Longest queue", better: "neither" },
    "The most requests waiting in the engine at a scrape within the window; between scrapes there may have been more.",
    (input) => ({ ...gaugeMax(input, "waiting"), rule: "scrapes" }),
  ),
];

function byEngine(
  named: Pick<MetricDefinition, "id" | "unit" | "title" | "better">,
  definition: string,
  figureOf: (input: MetricInput) => Figure,
): Metric {
  return figure({ ...named, definition }, figureOf, "engine");
}

function meanMs(input: MetricInput, name: string): Figure {
  const { value, n, why } = histogramMean(input, name);
  return { value: value === null ? null : value * 1e3, why, n, rule: "sum ÷ count" };
}

function share(input: MetricInput, part: string, whole: string, off: string): Figure {
  const [some, all] = [counterGrowth(input, part), counterGrowth(input, whole)];
  const row = { n: all.value ?? 0, rule: "counters" };
  if (all.value === null) return { ...row, value: null, why: all.why };
  if (some.value === null) return { ...row, value: null, why: some.why };
  if (all.value === 0) return { ...row, value: null, why: off };
  return { ...row, value: some.value / all.value, why: null };
}
