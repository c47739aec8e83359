import { metricDefinitions } from "../../src/metrics/index.ts";
import { table } from "./page.ts";

/** What other tools report under the same or a near name, each as far as it differs from ours. */
interface Others {
  vllm: string;
  aiperf: string;
  guidellm: string;
  loadgen: string;
}

const none = "not reported";

/** By the id of our metric. */
const others: Readonly<Record<string, Others>> = {
  ttft: {
    vllm: "`ttft`: to the first event with a choice, also an empty role chunk of a chat; stamped after the event was read by asyncio, from before aiohttp takes a connection. With `--max-concurrency` the wait for a place is left out",
    aiperf: "`time_to_first_token`: to the first response with content; stamped in the worker process",
    guidellm:
      "`time_to_first_token_ms`: to the first token that is reasoning or content; `ttfot` to the first that is content",
    loadgen:
      "in Server from the scheduled time (our `ttft_sched`); else from the issue. Ends when the SUT calls `FirstTokenComplete`",
  },
  ttft_sched: {
    vllm: none,
    aiperf: none,
    guidellm: none,
    loadgen: "Server: its TTFT",
  },
  tpot: {
    vllm: "`tpot`: (latency − TTFT) ÷ (output tokens − 1), also where a chunk carries several tokens or an end token has none; without `usage` a tokenizer counts the text",
    aiperf:
      "`inter_token_latency`: (latency − TTFT) ÷ (output tokens − 1); its tokens are counted by a tokenizer of the client",
    guidellm:
      "its `inter_token_latency_ms`: (last − first token) ÷ (output tokens − 1). Its `time_per_output_token_ms` is latency ÷ output tokens, the first token included, which is another figure",
    loadgen: "(latency − TTFT) ÷ (tokens − 1), with the number of tokens that the SUT reports",
  },
  itl: {
    vllm: "`itl`: gaps between events, pooled over requests; not labelled where an event carries several tokens",
    aiperf: "`inter_chunk_latency`. What it calls inter-token latency is a mean for each request: our `tpot`",
    guidellm: "a mean for each request, so that no single stall shows: our `tpot`",
    loadgen: none,
  },
  e2e: {
    vllm: "`e2el`: to the last event with a choice; in recent versions the trailing `usage` event no longer counts",
    aiperf: "`request_latency`: to the last response with content",
    guidellm: "`request_latency`: to the end of the request, in seconds",
    loadgen: "in Server from the scheduled time (our `e2e_sched`); Offline: from the start, for its one query",
  },
  output_throughput: {
    vllm: "`output_throughput`: output tokens of the successful requests ÷ the time of the whole run, start and end included, when fewer requests are in flight",
    aiperf:
      "`output_token_throughput`: tokens of the valid requests ÷ the time from the first send to the last response",
    guidellm:
      "tokens by the time of each, within the window between warm-up and cool-down; those of an answer spread evenly from its first to its last token",
    loadgen:
      "Offline: tokens ÷ the longest latency. Server: completed tokens ÷ the end of the last query (our `loadgen_tokens`)",
  },
  output_throughput_steady: {
    vllm: "none; `max_output_tokens_per_s` is the best single second",
    aiperf: "`effective` throughputs, weighted by time, are the nearest",
    guidellm: "with `warmup` and `cooldown`, by share or seconds, not by what was in flight",
    loadgen: none,
  },
  request_throughput: {
    vllm: "`request_throughput`: successful requests ÷ the time of the whole run",
    aiperf: "`request_throughput`: valid requests ÷ the time from the first send to the last response",
    guidellm: "`requests_per_second`: by status, within its window",
    loadgen:
      "Offline: samples per second. Server, as completed: samples less one ÷ the end of the last query (our `loadgen_samples`)",
  },
  goodput: {
    vllm: "`request_goodput`: limits of `ttft`, `tpot`, `e2el`; a request of one token has a TPOT of 0; ÷ the time of the whole run",
    aiperf: "`goodput`: limits of any of its metrics; ÷ the time from the first send to the last response",
    guidellm:
      "recent versions: the rate of requests that meet every objective (TTFT, its inter-token latency, request latency); one of a single token is undetermined, one that failed counts against it",
    loadgen: "none: a Server run is VALID or INVALID by the percentile",
  },
  output_tokens: {
    vllm: "the server's `usage`, else a tokenizer's count of the text",
    aiperf: "a tokenizer's count of the text, by default; the server's with `--use-server-token-count`",
    guidellm: "the server's `usage`, else the number of events",
    loadgen: "what the SUT reports",
  },
  send_lag: {
    vllm: "none: a late send is hidden in the rate",
    aiperf: "none of its own; request start times are in its exports",
    guidellm: "none of its own; scheduled and actual times are among its request timings",
    loadgen: "none; latencies of Server count from the scheduled time, so that a late issue is in them",
  },
};

/** `docs/definitions.md`: our metrics beside those of other tools. */
export function definitionDocs(): string {
  return [
    "# The same name, another figure",
    "",
    "Made by `npm run generate` from `scripts/generate/definition-docs.ts` and `src/metrics/`; not edited by hand.",
    "",
    "What `vllm bench serve` 0.32.0, AIPerf 0.13.0, GuideLLM 0.8.1 and MLPerf's LoadGen 6.0.17 report under the same or a near name,",
    "read in their source and documentation. Before you compare two tools, compare these.",
    "",
    "**Clock.** Ours stamps a read with the kernel's time of arrival where it can, and says in every trial how late it was. The Python",
    "tools stamp when their event loop comes to the event. LoadGen stamps when the SUT calls it.",
    "",
    "**Percentiles.** Ours are linearly interpolated, and null where the sample gives no two-sided 95 % interval. `vllm bench serve`",
    "and AIPerf interpolate linearly and print every percentile of any sample. LoadGen takes the value at an index and judges Server",
    "with early stopping, which asks for more requests where few are late.",
    "",
    "**Which requests.** Ours measures the requests of the phase `measure`, in a load that has its full size from the first to the",
    "last, and counts tokens of every request that was open. `vllm bench serve` and AIPerf count all requests of the run, with its",
    "start and its end.",
    "",
    ...Object.entries(others).flatMap(([id, { vllm, aiperf, guidellm, loadgen }]) => [
      `## ${id}`,
      "",
      definitionOf(id),
      "",
      table(
        ["tool", "what it reports"],
        [
          ["`vllm bench serve`", vllm],
          ["AIPerf", aiperf],
          ["GuideLLM", guidellm],
          ["LoadGen", loadgen],
        ],
      ),
      "",
    ]),
    "Every other metric of [metrics.md](metrics.md) (energy, engine figures, ROUGE, client figures) has no counterpart by name in",
    "these tools, or is computed by the same reference code: ROUGE is MLPerf's.",
    "",
  ].join("\n");
}

function definitionOf(id: string): string {
  const found = metricDefinitions.find((metric) => metric.id === id);
  if (found === undefined) throw new Error(`there is no metric ${id}`);
  return `${found.title}, ${found.unit}: ${found.definition}`;
}
