/** `experiments/rulesets/mini.yaml`: a benchmark of its own with a library of 20 samples and 2 s runs; Interactive, where it is asked for, with a quarter of Server's limits. Its figures are nobody's. */
export function miniRuleset(
  changes: { ttftMs?: number; tpotMs?: number; library?: number; interactive?: boolean } = {},
): string {
  const { ttftMs = 60_000, tpotMs = 10_000, library = 20, interactive = false } = changes;
  const whole = "\n  Interactive: { loadgen: Server, min_duration_s: 2, percentile: 99, source: us }";
  const limits = `\n      Interactive: { ttft_ms: ${ttftMs / 4}, tpot_ms: ${tpotMs / 4}, source: us }`;
  return `format: ceteris.ruleset/1
id: mini
title: Mini
sources:
  us: { title: our own }
seeds: { qsl: "2085463073848966840", sample_index: "2747215439041700203", schedule: "16159082839903944936", source: us }
loadgen:
  version: 6.0.17
  min_query_count: 10
  early_stopping_confidence: 0.99
  offline_slack: 1.1
  single_stream_slack: 2
  performance_set_from: performance_samples
  standard_library: libstdc++-11
  source: us
scenarios:
  Offline: { min_duration_s: 2, source: us }
  Server: { min_duration_s: 2, percentile: 99, source: us }${interactive ? whole : ""}
  SingleStream: { min_duration_s: 2, percentile: 90, source: us }
  MultiStream: { min_duration_s: 2, percentile: 99, samples_per_query: 4, source: us }
forbidden:
  - { knob: enable_prefix_caching, is: true, because: every query is computed in full, source: us }
  - { knob: load.order, in: [shortest_first], only: several_passes, because: passes keep their bounds, source: us }
models:
  tiny:
    samples: { library: ${library}, performance: ${library}, accuracy: ${library}, source: us }
    equal_issue: true
    token_latencies: true
    source: us
    scenarios:
      Offline: { source: us }
      Server: { ttft_ms: ${ttftMs}, tpot_ms: ${tpotMs}, source: us }${interactive ? limits : ""}
      SingleStream: { source: us }
      MultiStream: { source: us }
    accuracy:
      metrics: [{ metric: rouge1, reference: 40, at_least: 0.99, at_most: 1.1 }]
      source: us
    generation: { temperature: 0, max_tokens: 32, source: us }
`;
}
