import { quantileLinear, sortedCopy } from "../math/quantile.ts";
import { mean, variance } from "../math/statistics.ts";
import { NS_PER_MS, NS_PER_S } from "../math/units.ts";
import type { Json } from "../schema/json.ts";
import { measuredRequests, type Observation, type RequestRecord, valuesOf } from "../schema/observation.ts";
import type { Measurement } from "../schema/measurement.ts";
import { timePerToken } from "../schema/time-per-token.ts";

/** What was asked for, as the file of `vllm bench serve --save-result` says it. */
export interface VllmBenchRun {
  /** Date and time, `20260830-141502`. */
  date: string;
  endpoint: "chat" | "completions";
  model: string;
  /** Those that were asked for; null where a time was, so that what was sent stands for it. */
  requests: number | null;
  /** Requests a second; null where no schedule sends them. */
  rate: number | null;
  burstiness: number;
  maxConcurrency: number | null;
  ramp: { from: number; to: number } | null;
  /** Of latencies, between 0 and 100. */
  percentiles: readonly number[];
  /** In the file and in its name; null where nobody gave one. */
  label: string | null;
  /** Members that the user adds. */
  metadata: { [name: string]: string };
}

/**
 * A trial in the key names of `vllm bench serve --save-result` (vllm/benchmarks/serve.py of 0.32.0), without what it writes with
 * `--save-detailed`. Latencies are ours, in ms, over the measured requests that finished, and null of none; as there, percentiles
 * are numpy's, whatever the size of the sample, and the standard deviation is that of the whole sample. Rates are our metrics.
 */
export function vllmBenchResult(
  run: VllmBenchRun,
  observation: Observation,
  measurements: readonly Measurement[],
): { [key: string]: Json } {
  const { all, finished, failed } = measuredRequests(observation);
  const rate = (metric: string): number | null =>
    measurements.find((row) => row.metric === metric && row.stat === "value")?.value ?? null;
  const [promptTokens, outputTokens] = [sumOf(finished, "promptTokens"), sumOf(finished, "outputTokens")];
  const [requestRate, outputRate] = [rate("request_throughput"), rate("output_throughput")];
  const promptRate = requestRate === null ? null : (requestRate * promptTokens) / finished.length;
  return {
    date: run.date,
    endpoint_type: backendOf(run),
    backend: backendOf(run),
    label: run.label,
    model_id: run.model,
    tokenizer_id: run.model,
    num_prompts: run.requests ?? all.length,
    ...run.metadata,
    request_rate: run.rate ?? "inf",
    burstiness: run.burstiness,
    max_concurrency: run.maxConcurrency,
    ...(run.ramp === null
      ? {}
      : { ramp_up_strategy: "linear", ramp_up_start_rps: run.ramp.from, ramp_up_end_rps: run.ramp.to }),
    duration: durationS(all),
    completed: finished.length,
    failed: failed.length,
    total_input_tokens: promptTokens,
    total_output_tokens: outputTokens,
    request_throughput: requestRate,
    request_goodput: rate("goodput"),
    output_throughput: outputRate,
    total_token_throughput: outputRate === null || promptRate === null ? null : outputRate + promptRate,
    max_output_tokens_per_s: mostTokensInASecond(observation),
    max_concurrent_requests: observation.inFlight.heldMax,
    rtfx: 0,
    ...latency(
      "ttft",
      valuesMs(finished, (one) => since(one.sentNs, one.firstTokenNs)),
      run.percentiles,
    ),
    ...latency("tpot", valuesMs(finished, timePerToken(observation)), run.percentiles),
    ...latency("itl", gapsMs(observation), run.percentiles),
    ...latency(
      "e2el",
      valuesMs(finished, (one) => since(one.sentNs, one.lastTokenNs)),
      run.percentiles,
    ),
  };
}

/** What the file is called where nobody says: `openai-infqps-concurrency8-Llama-3.1-8B-20260830-141502.json`. */
export function vllmBenchFileName(run: VllmBenchRun): string {
  const rate = run.rate === null ? "inf" : Number.isInteger(run.rate) ? `${run.rate}.0` : String(run.rate);
  const load = run.ramp === null ? `${rate}qps` : `ramp-up-linear-${run.ramp.from}qps-${run.ramp.to}qps`;
  const cap = run.maxConcurrency === null ? "" : `-concurrency${run.maxConcurrency}`;
  return `${run.label ?? backendOf(run)}-${load}${cap}-${run.model.split("/").at(-1)}-${run.date}.json`;
}

function backendOf({ endpoint }: VllmBenchRun): string {
  return endpoint === "chat" ? "openai-chat" : "openai";
}

function sumOf(requests: Iterable<RequestRecord>, count: "promptTokens" | "outputTokens"): number {
  let sum = 0;
  for (const request of requests) sum += request[count] ?? 0;
  return sum;
}

/** From the first send to the last end, in seconds. */
function durationS(requests: Iterable<RequestRecord>): number {
  let [first, last] = [Infinity, 0];
  for (const { sentNs, lastTokenNs, endNs } of requests) {
    first = Math.min(first, sentNs);
    last = Math.max(last, lastTokenNs ?? endNs);
  }
  return first === Infinity ? 0 : (last - first) / NS_PER_S;
}

function since(startNs: number, endNs: number | null): number | null {
  return endNs === null ? null : endNs - startNs;
}

function valuesMs(requests: Iterable<RequestRecord>, ns: (request: RequestRecord) => number | null): number[] {
  return valuesOf(requests, ns).map((value) => value / NS_PER_MS);
}

/** Gaps between token-bearing chunks of the measured requests that finished. */
function gapsMs({ requests, tokens }: Observation): number[] {
  const isCounted = new Uint8Array(requests.length);
  for (const { index } of measuredRequests({ requests }).finished) isCounted[index] = 1;
  const gaps: number[] = [];
  for (const { length, request, gapNs } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const gap = gapNs[row]!;
      if (isCounted[request[row]!] === 1 && !Number.isNaN(gap)) gaps.push(gap / NS_PER_MS);
    }
  }
  return gaps;
}

/** Token-bearing chunks of the window in the second that has most of them; theirs counts chunks too. */
function mostTokensInASecond({ tokens, window: { startNs, endNs } }: Observation): number {
  const seconds = new Float64Array(Math.max(0, Math.floor((endNs - startNs) / NS_PER_S)) + 1);
  for (const { length, atNs } of tokens.blocks()) {
    for (let row = 0; row < length; row += 1) {
      const at = Math.floor((atNs[row]! - startNs) / NS_PER_S);
      if (at >= 0 && at < seconds.length) seconds[at]! += 1;
    }
  }
  return seconds.reduce((most, count) => Math.max(most, count), 0);
}

function latency(name: string, values: readonly number[], percentiles: readonly number[]): { [key: string]: Json } {
  const sorted = sortedCopy(values);
  const ofSample = variance(values);
  const std =
    ofSample === null ? (values.length === 1 ? 0 : null) : Math.sqrt((ofSample * (values.length - 1)) / values.length);
  return {
    [`mean_${name}_ms`]: mean(values),
    [`median_${name}_ms`]: quantileLinear(sorted, 0.5),
    [`std_${name}_ms`]: std,
    ...Object.fromEntries(percentiles.map((p) => [`p${p}_${name}_ms`, quantileLinear(sorted, p / 100)])),
  };
}
