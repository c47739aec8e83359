import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Reported } from "../load/reported.ts";
import { pinnedEnvironment } from "./environment.ts";
import type { Peer } from "./index.ts";

/** AIPerf 0.13.0 (NVIDIA). It makes its own prompts out of a text; its processes share the core that they are given. */
export const aiperf: Peer = {
  name: "AIPerf",
  environment: pinnedEnvironment("aiperf"),
  oldestPython: "3.11",
  client: (environment) => ({
    name: "AIPerf",
    meterEveryMs: 200,
    takes: () => true,
    // It asks the hub for nothing where the tokenizer is a folder, and refuses the folder where this is set, even to 0.
    variables: { HF_HUB_OFFLINE: null, HF_HUB_DISABLE_TELEMETRY: "1" },
    argv: ({ case: given, port, folder }) => {
      const load =
        given.ratePerS === null
          ? { concurrency: given.streams }
          : { "request-rate": given.ratePerS, "arrival-pattern": "poisson" };
      const options = {
        model: "mock",
        url: `http://127.0.0.1:${port}`,
        "endpoint-type": "completions",
        ...load,
        "request-count": given.requests,
        isl: given.inputTokens,
        "isl-stddev": 0,
        osl: given.outputTokens,
        "osl-stddev": 0,
        "extra-inputs": "ignore_eos:true",
        tokenizer: join(environment, "tokenizer"),
        "random-seed": 1,
        ui: "none",
        "artifact-dir": folder,
      };
      const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
      const without = ["--no-server-metrics", "--no-gpu-telemetry"];
      return [join(environment, "bin", "aiperf"), "profile", "--streaming", ...without, ...flags];
    },
    read: ({ folder }) => readAiperf(readFileSync(join(folder, "profile_export.jsonl"), "utf8")),
  }),
};

interface RawRow {
  metadata: { was_cancelled: boolean; benchmark_phase: string };
  metrics: { [name: string]: { value: number } | undefined };
  error?: unknown;
}

/** What it says of each request that did not fail: a line of JSON each. Its inter-token latency is our TPOT. */
export function readAiperf(jsonl: string): Reported[] {
  const lines = jsonl.split("\n").filter((line) => line !== "");
  return lines.flatMap((line) => {
    const { metadata, metrics, error } = JSON.parse(line) as RawRow;
    const ttft = metrics["time_to_first_token"]?.value;
    const failed = (error ?? null) !== null || metadata.was_cancelled;
    if (failed || metadata.benchmark_phase !== "profiling" || ttft === undefined) return [];
    const tokens = metrics["output_sequence_length"]?.value ?? 0;
    return [
      { tag: null, ttftMs: ttft, tpotMs: metrics["inter_token_latency"]?.value ?? null, tokens, sharedReads: null },
    ];
  });
}
