/** `vllm bench serve` of vLLM 0.32.0 as a program: its arguments, its prompts, what it leaves. */

import { basename, dirname } from "node:path";

/** What it is asked for. */
export interface ServeRequest {
  url: string;
  model: string;
  /** A folder. */
  tokenizer: string;
  /** A file as `shareGptFile` makes it. */
  dataset: string;
  requests: number;
  outputTokens: number;
  load: { concurrency: number } | { ratePerS: number };
  warmups: number;
  /** Fields that each request has beside its own. */
  extraBody?: { [name: string]: number };
  /** The file of its report. */
  result: string;
}

/** No usage statistics, no hub. */
export const serveVariables = {
  HF_HUB_OFFLINE: "1",
  HF_HUB_DISABLE_TELEMETRY: "1",
  VLLM_NO_USAGE_STATS: "1",
  DO_NOT_TRACK: "1",
} as const;

/** What follows `vllm bench serve`. Prompts are sent in the order of their file, all with one output length, at temperature 0. */
export function serveArguments(request: ServeRequest): string[] {
  const load =
    "ratePerS" in request.load
      ? { "request-rate": request.load.ratePerS }
      : { "max-concurrency": request.load.concurrency };
  const options = {
    backend: "openai",
    "base-url": request.url,
    endpoint: "/v1/completions",
    model: request.model,
    tokenizer: request.tokenizer,
    "dataset-name": "sharegpt",
    "dataset-path": request.dataset,
    "sharegpt-output-len": request.outputTokens,
    "num-prompts": request.requests,
    ...load,
    temperature: 0,
    "num-warmups": request.warmups,
    ...(request.extraBody === undefined ? {} : { "extra-body": JSON.stringify(request.extraBody) }),
    "ready-check-timeout-sec": 0,
    "percentile-metrics": "ttft,tpot,itl,e2el",
    "metric-percentiles": "50,90,99",
    "result-dir": dirname(request.result),
    "result-filename": basename(request.result),
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const switches = ["--disable-shuffle", "--ignore-eos", "--disable-tqdm", "--save-result", "--save-detailed"];
  return [...flags, ...switches];
}

/** Prompts as a ShareGPT file: of its kinds of file the one that needs no pandas. The answers only have to be there. */
export function shareGptFile(prompts: readonly string[]): string {
  return JSON.stringify(prompts.map((prompt) => ({ conversations: [{ value: prompt }, { value: "answer" }] })));
}

/** Its report, of `--save-detailed`: one number for each request in the order of the prompts; times in seconds. */
export interface ServeResult {
  /** What it prints, by its own names: `median_ttft_ms`, `request_throughput`. */
  summary: { [name: string]: number };
  /** Of its clock: from just before the first request was begun to after the last had ended. */
  durationS: number;
  inputTokens: number[];
  outputTokens: number[];
  ttftS: number[];
  /** From a request's send to its last token. */
  latencyS: number[];
  /** Gaps between events that had a choice; more or fewer than the tokens where events hold several. */
  gapsS: number[][];
  /** CLOCK_MONOTONIC. */
  startS: number[];
  /** Empty where the request ended well. */
  errors: string[];
}

/** @throws Error where it has not the per-request columns that `--save-detailed` leaves */
export function readServeResult(json: string): ServeResult {
  const raw = JSON.parse(json) as { [name: string]: unknown };
  const column = <Item>(name: string): Item[] => {
    const found = raw[name];
    if (!Array.isArray(found)) throw new Error(`the report has no column "${name}"`);
    return found as Item[];
  };
  const numbers = Object.entries(raw).filter((entry): entry is [string, number] => typeof entry[1] === "number");
  const summary = Object.fromEntries(numbers);
  return {
    summary,
    durationS: summary["duration"] ?? 0,
    inputTokens: column("input_lens"),
    outputTokens: column("output_lens"),
    ttftS: column("ttfts"),
    latencyS: column("latencies"),
    gapsS: column("itls"),
    startS: column("start_times"),
    errors: column("errors"),
  };
}
