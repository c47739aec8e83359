import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const model = "meta-llama/Llama-3.1-8B-Instruct";
const outputTokens = 32;
/** Requests open at once in Offline, on both sides. */
export const inFlight = 256;

export interface ParityRequest {
  scenario: "Server" | "Offline";
  /** The shortest duration of the small ruleset. */
  seconds: number;
  /** Queries a second of Server; in Offline what is expected, in samples. */
  rate: number;
  /** Samples of the data set: runs are whole passes over them. */
  samples: number;
}

/** The ruleset, small enough for seconds; v6.1's seeds. Both sides read it. */
export function writeStudy(folder: string, url: string, { scenario, seconds, rate, samples }: ParityRequest): void {
  const ruleset = `format: ceteris.ruleset/1
id: parity
title: a ruleset of seconds
sources: { us: { title: bench/loadgen-parity.ts } }
seeds: { qsl: "2085463073848966840", sample_index: "2747215439041700203", schedule: "16159082839903944936", source: us }
loadgen:
  version: 6.0.17
  min_query_count: 100
  early_stopping_confidence: 0.99
  offline_slack: 1.1
  single_stream_slack: 2
  performance_set_from: performance_samples
  standard_library: libstdc++-11
  source: us
scenarios:
  Offline: { min_duration_s: ${seconds}, source: us }
  Server: { min_duration_s: ${seconds}, percentile: 99, ttft_ms: 2000, tpot_ms: 100, source: us }
models:
  small:
    samples: { library: ${samples}, performance: ${samples}, accuracy: ${samples}, source: us }
    equal_issue: true
    token_latencies: true
    scenarios: { Offline: { min_query_count: ${samples}, source: us }, Server: { source: us } }
    generation: { temperature: 0, top_p: 1, top_k: 1, seed: 42, max_tokens: ${outputTokens}, min_tokens: 1, source: us }
    source: us
`;
  const isServer = scenario === "Server";
  const matrix = `study: parity-${scenario.toLowerCase()}
question: Is our schedule LoadGen's?
sut: { engine: parity, model: ${model} }
baseline: { knobs: {} }
design: { kind: isolation, changes: [{ id: other, set: { load.max_in_flight: 8 } }] }
workloads:
  - workload: parity
    scenario: ${scenario.toLowerCase()}
    ruleset: parity/small
    dataset: { kind: jsonl, path: prompts.jsonl }
    load: ${isServer ? `{ rate: ${rate} }` : `{ expected_rate: ${rate}, max_in_flight: ${inFlight} }`}
    warmup: { requests: 0 }
    counts: { valid: { requests: ${samples}, seconds: 0 } }
repeats: 1
order: declared
fidelity: valid
`;
  const words = "rivers towns people water bridge market season harvest letter winter engine signal".split(" ");
  const prompts = Array.from({ length: samples }, (_, at) => {
    const text = Array.from({ length: 60 }, (_word, place) => words[(at * 7 + place * place) % words.length]).join(" ");
    return JSON.stringify({ prompt: `${at} ${text}`, reference: text });
  });
  const files = {
    "experiments/rulesets/parity.yaml": ruleset,
    "sut/parity.yaml": `extends: endpoint\nenvironment: { kind: endpoint, url: "${url}" }\norigin: simulated\n`,
    "prompts.jsonl": `${prompts.join("\n")}\n`,
    [`parity-${scenario.toLowerCase()}.yaml`]: matrix,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
