/** What an engine's own metric is, under the name that we give it in `metric_names`. */
export interface EngineMetric {
  name: string;
  unit: string;
  /** A counter only grows, so what it says of a window is a difference; a gauge is what it is. */
  kind: "gauge" | "counter";
}

/** The names that the engine files use. `*_sum` and `*_count` are of histograms: difference by difference is a mean. */
export const engineMetrics: readonly EngineMetric[] = [
  { name: "waiting", unit: "requests", kind: "gauge" },
  { name: "running", unit: "requests", kind: "gauge" },
  { name: "kv_usage", unit: "fraction", kind: "gauge" },
  { name: "preemptions", unit: "preemptions", kind: "counter" },
  { name: "prefix_queries", unit: "tokens", kind: "counter" },
  { name: "prefix_hits", unit: "tokens", kind: "counter" },
  { name: "prompt_tokens", unit: "tokens", kind: "counter" },
  { name: "generation_tokens", unit: "tokens", kind: "counter" },
  { name: "requests_stop", unit: "requests", kind: "counter" },
  { name: "requests_length", unit: "requests", kind: "counter" },
  { name: "requests_error", unit: "requests", kind: "counter" },
  { name: "requests_abort", unit: "requests", kind: "counter" },
  { name: "ttft_sum", unit: "s", kind: "counter" },
  { name: "ttft_count", unit: "requests", kind: "counter" },
  { name: "itl_sum", unit: "s", kind: "counter" },
  { name: "itl_count", unit: "gaps", kind: "counter" },
  { name: "e2e_sum", unit: "s", kind: "counter" },
  { name: "e2e_count", unit: "requests", kind: "counter" },
  { name: "queue_sum", unit: "s", kind: "counter" },
  { name: "queue_count", unit: "requests", kind: "counter" },
  { name: "spec_drafts", unit: "drafts", kind: "counter" },
  { name: "spec_draft_tokens", unit: "tokens", kind: "counter" },
  { name: "spec_accepted_tokens", unit: "tokens", kind: "counter" },
];

/** The row of a name; one of an engine file's own making is a gauge without a unit. */
export function engineMetric(name: string): EngineMetric {
  return engineMetrics.find((metric) => metric.name === name) ?? { name, unit: "", kind: "gauge" };
}
