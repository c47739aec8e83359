import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../load/cases.ts";
import type { Reported } from "../load/reported.ts";
import { pinnedEnvironment } from "./environment.ts";
import type { Peer } from "./index.ts";

/**
 * inference-perf 0.7.0 (Kubernetes). One worker, since it has one core; it would hold no more than 100 requests open, so
 * that limit is raised. Its open loop has a time and not a number of requests.
 */
export const inferencePerf: Peer = {
  name: "inference-perf",
  environment: pinnedEnvironment("inference-perf"),
  oldestPython: "3.12",
  client: (environment) => ({
    name: "inference-perf",
    meterEveryMs: 200,
    takes: () => true,
    // A tokenizer in a folder needs no hub.
    variables: { HF_HUB_OFFLINE: "1", HF_HUB_DISABLE_TELEMETRY: "1" },
    argv: ({ case: given, port, folder }) => {
      // It reads YAML, of which JSON is a part.
      const file = join(folder, "config.yaml");
      writeFileSync(file, JSON.stringify(configuration(given, port, folder, join(environment, "tokenizer"))));
      return [join(environment, "bin", "inference-perf"), "-c", file, "--log-level", "WARNING"];
    },
    read: ({ folder }) =>
      readInferencePerf(readFileSync(join(folder, "report", "per_request_lifecycle_metrics.json"), "utf8")),
  }),
};

function configuration(given: Case, port: number, folder: string, tokenizer: string) {
  const lengths = (tokens: number) => ({
    min: tokens,
    max: tokens,
    mean: tokens,
    std_dev: 0,
    total_count: given.requests,
  });
  const load =
    given.ratePerS === null
      ? { type: "concurrent", stages: [{ num_requests: given.requests, concurrency_level: given.streams }] }
      : { type: "poisson", stages: [{ rate: given.ratePerS, duration: Math.ceil(given.requests / given.ratePerS) }] };
  return {
    load: { ...load, num_workers: 1, worker_max_concurrency: given.streams, base_seed: 1, interval: 0 },
    api: { type: "completion", streaming: true },
    server: { type: "vllm", model_name: "mock", base_url: `http://127.0.0.1:${port}`, ignore_eos: true },
    tokenizer: { pretrained_model_name_or_path: tokenizer },
    data: {
      type: "random",
      input_distribution: lengths(given.inputTokens),
      output_distribution: lengths(given.outputTokens),
    },
    report: {
      request_lifecycle: {
        summary: false,
        per_stage: false,
        per_request: true,
        per_request_fields: {
          request: false,
          response: false,
          response_chunks: false,
          info: false,
          computed_metrics: true,
        },
      },
      prometheus: null,
    },
    storage: { local_storage: { path: join(folder, "report") } },
  };
}

interface RawRequest {
  error: unknown;
  computed_metrics: {
    time_to_first_token: number | null;
    time_per_output_token: number | null;
    output_tokens: number | null;
  } | null;
}

/** What it says of each request that did not fail. Seconds. */
export function readInferencePerf(json: string): Reported[] {
  return (JSON.parse(json) as RawRequest[]).flatMap(({ error, computed_metrics: metrics }) => {
    if (error !== null || metrics === null || metrics.time_to_first_token === null) return [];
    const { time_to_first_token: ttft, time_per_output_token: tpot, output_tokens: tokens } = metrics;
    const tpotMs = tpot === null ? null : tpot * 1000;
    return [{ tag: null, ttftMs: ttft * 1000, tpotMs, tokens: tokens ?? 0, sharedReads: null }];
  });
}
