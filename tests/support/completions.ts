import { readFileSync } from "node:fs";
import type { LoadOptions } from "../../src/client/load-options.ts";
import type { Sample } from "../../src/schema/sample.ts";
import { plainRequests } from "../../src/schema/plain-requests.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { openAccess } from "../../src/schema/access.ts";

/** A stream that a real server sent: `vllm-completions-stream`. */
export function recordedStream(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/streams/${name}.sse`, import.meta.url));
}

/** The events of a completion stream as vLLM sends them: a token each, then usage, then the end. */
export function completionEvents(tokens: number, promptTokens = 7): string[] {
  const events = Array.from({ length: tokens }, (_, index) =>
    event({
      choices: [{ index: 0, text: ` w${index}`, finish_reason: index === tokens - 1 ? "length" : null }],
    }),
  );
  const usage = { prompt_tokens: promptTokens, completion_tokens: tokens, total_tokens: promptTokens + tokens };
  return [...events, event({ choices: [], usage }), "data: [DONE]\n\n"];
}

export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export function textSample(index: number, text = `prompt number ${index}`): Sample {
  return { index, prompt: { text }, reference: null, outputTokens: null, promptTokens: null, turn: null };
}

export function someSamples(count: number): Sample[] {
  return Array.from({ length: count }, (_, index) => textSample(index));
}

export function someWorkload(changes: Partial<Workload> = {}): Workload {
  return {
    name: "test",
    scenario: "closed",
    endpoint: "completions",
    prompt: "text",
    dataset: { kind: "synthetic" },
    selection: {},
    sampling: { temperature: 0, top_p: 1, top_k: 1, seed: 42, max_tokens: 16, min_tokens: 1, ignore_eos: false },
    load: { concurrency: 2 },
    ...plainRequests,
    arrivals: null,
    warmupRequests: 0,
    cache: "reset",
    deadlineS: 20,
    counts: {
      smoke: { requests: 4 },
      screen: { requests: 8, seconds: 1 },
      valid: { requests: 400, seconds: 60 },
      submission: { requests: 400, seconds: 600 },
    },
    ...changes,
  };
}

/** Options of a load on a server, everything else as plain as it can be. */
export function loadOptions(url: string, changes: Partial<LoadOptions> = {}): LoadOptions {
  return {
    endpoint: { url, model: "tiny", requestFields: {}, access: openAccess },
    workload: someWorkload(),
    samples: someSamples(4),
    requests: 4,
    inFlightDefault: 4,
    keepText: true,
    seed: 1,
    clock: { nowNs: () => process.hrtime.bigint() },
    ownCpuS: () => process.cpuUsage().user / 1e6,
    ...changes,
  };
}
