import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../load/cases.ts";
import type { Reported } from "../load/reported.ts";
import { pinnedEnvironment } from "./environment.ts";
import type { Peer } from "./index.ts";

/** GuideLLM 0.8.1 (Red Hat). It makes its own prompts, a little unlike in length, and up to ten processes that send them. */
export const guidellm: Peer = {
  name: "GuideLLM",
  environment: pinnedEnvironment("guidellm", "torch-and-tokenizer.py"),
  oldestPython: "3.11",
  client: (environment) => ({
    name: "GuideLLM",
    meterEveryMs: 200,
    takes: () => true,
    // A tokenizer in a folder needs no hub.
    variables: { HF_HUB_OFFLINE: "1", HF_HUB_DISABLE_TELEMETRY: "1" },
    argv: ({ case: given, port, folder }) => {
      const file = join(folder, "scenario.json");
      writeFileSync(file, JSON.stringify(scenario(given, port, folder, join(environment, "tokenizer"))));
      return [join(environment, "bin", "guidellm"), "run", "--config", file, "--disable-console"];
    },
    read: ({ folder }) => readGuidellm(readFileSync(join(folder, "report.json"), "utf8")),
  }),
};

function scenario(given: Case, port: number, folder: string, tokenizer: string) {
  return {
    spec: {
      backend: {
        kind: "openai_http",
        target: `http://127.0.0.1:${port}`,
        model: "mock",
        request_format: "/v1/completions",
        extras: { body: { ignore_eos: true } },
      },
      profile:
        given.ratePerS === null
          ? { kind: "concurrent", streams: [given.streams] }
          : { kind: "poisson", rate: [given.ratePerS] },
      constraints: [{ kind: "max_requests", count: given.requests }],
      tokenizer: { kind: "huggingface_auto", model: tokenizer },
      data: [{ kind: "synthetic_text", prompt_tokens: given.inputTokens, output_tokens: given.outputTokens }],
      seed: { kind: "static", value: 1 },
      outputs: [{ kind: "json", path: join(folder, "report.json") }],
      // Times and counts are kept of every request all the same; what falls away are the texts.
      metrics: { kind: "generative", sample_size: 0 },
    },
  };
}

interface RawReport {
  benchmarks: {
    requests: {
      successful: {
        time_to_first_token_ms: number | null;
        inter_token_latency_ms: number | null;
        output_tokens: number | null;
      }[];
    };
  }[];
}

/** What it says of each request that it counts as successful. Its inter-token latency is our TPOT. */
export function readGuidellm(json: string): Reported[] {
  const { benchmarks } = JSON.parse(json) as RawReport;
  return benchmarks.flatMap(({ requests }) =>
    requests.successful.flatMap(({ time_to_first_token_ms: ttftMs, inter_token_latency_ms: tpotMs, output_tokens }) =>
      ttftMs === null ? [] : [{ tag: null, ttftMs, tpotMs, tokens: output_tokens ?? 0, sharedReads: null }],
    ),
  );
}
