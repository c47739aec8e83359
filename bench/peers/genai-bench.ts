import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Errand } from "../load/clients.ts";
import type { Reported } from "../load/reported.ts";
import { pinnedEnvironment } from "./environment.ts";
import type { Peer } from "./index.ts";

/** Its longest run is given in minutes; a case takes ten seconds, and some peers many times that. */
const longestMinutes = 8;
const resultsFolder = "out";

/**
 * genai-bench 0.0.5 (sgl-project). It speaks chat completions only, has no open loop, makes prompts out of sonnets
 * (a few words short of what it is asked), and cuts off what is open when it has its number of requests.
 */
export const genaiBench: Peer = {
  name: "genai-bench",
  environment: pinnedEnvironment("genai-bench"),
  oldestPython: "3.11",
  client: (environment) => ({
    name: "genai-bench",
    meterEveryMs: 100,
    takes: ({ ratePerS }) => ratePerS === null,
    // A tokenizer in a folder needs no hub.
    variables: { HF_HUB_OFFLINE: "1" },
    argv: ({ case: given, port, folder }) => {
      const options = {
        "api-backend": "openai",
        "api-base": `http://127.0.0.1:${port}`,
        "api-key": "none",
        "api-model-name": "mock",
        task: "text-to-text",
        "model-tokenizer": join(environment, "tokenizer"),
        "num-concurrency": given.streams,
        "traffic-scenario": `D(${given.inputTokens},${given.outputTokens})`,
        "additional-request-params": '{"ignore_eos": true}',
        "max-requests-per-run": given.requests,
        "max-time-per-run": longestMinutes,
        "experiment-base-dir": folder,
        "experiment-folder-name": resultsFolder,
      };
      const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
      return [join(environment, "bin", "genai-bench"), "benchmark", ...flags];
    },
    read: ({ folder }: Errand) => {
      const results = join(folder, resultsFolder);
      const file = readdirSync(results).find((name) => /_num_concurrency_\d+_time_.*\.json$/.test(name));
      if (file === undefined) throw new Error("genai-bench left no file of results");
      return readGenaiBench(readFileSync(join(results, file), "utf8"));
    },
  }),
};

interface RawResults {
  individual_request_metrics: {
    ttft: number | null;
    tpot: number | null;
    num_output_tokens: number | null;
    error_code: number | null;
  }[];
  _time_unit: "s" | "ms";
}

/** What it says of each request that did not fail. It makes its own prompts, so none has a tag. */
export function readGenaiBench(json: string): Reported[] {
  const raw = JSON.parse(json) as RawResults;
  const toMs = raw._time_unit === "s" ? 1000 : 1;
  return raw.individual_request_metrics.flatMap(({ ttft, tpot, num_output_tokens: tokens, error_code: code }) => {
    if (code !== null || ttft === null) return [];
    const tpotMs = tpot === null ? null : tpot * toMs;
    return [{ tag: null, ttftMs: ttft * toMs, tpotMs, tokens: tokens ?? 0, sharedReads: null }];
  });
}
