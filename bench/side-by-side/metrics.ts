import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import { selectMetrics } from "../../src/engine/select-metrics.ts";
import type { ServeResult } from "../peers/vllm-serve.ts";
import type { SideEngine } from "./engines.ts";

/** One finished request as a client saw it. `startS` on any clock, the others after it. */
export interface SeenRequest {
  startS: number;
  firstS: number;
  lastS: number;
  tokens: number;
}

/** The figures that both tools report, by our names. Null where a tool has none. */
export interface Figures {
  [metric: string]: number | null;
}

/** Names and units, in the order of the table. */
export const metricNames = [
  "request_throughput, req/s",
  "output_throughput, tok/s",
  "ttft mean, ms",
  "ttft p50, ms",
  "ttft p90, ms",
  "ttft p99, ms",
  "tpot mean, ms",
  "tpot p50, ms",
  "tpot p90, ms",
  "tpot p99, ms",
  "itl mean, ms",
  "itl p50, ms",
  "e2e mean, ms",
  "e2e p50, ms",
  "e2e p99, ms",
  "in flight, mean",
  "output tokens, mean",
  "engine's own ttft mean, ms",
  "engine's own itl mean, ms",
  "engine's own e2e mean, ms",
] as const;

/** Rows that are no results: what the differences of the others are explained by. */
export const isWitness = (metric: string): boolean => metric.startsWith("engine's own ");

/** Means by the engine's own sums and counts between two scrapes; null where it has none or counted nothing. */
export function engineMeans(
  before: { readonly [name: string]: number } | null,
  after: { readonly [name: string]: number } | null,
): Figures {
  const grown = (name: string): number => (after?.[name] ?? 0) - (before?.[name] ?? 0);
  const mean = (name: string): number | null =>
    grown(`${name}_count`) > 0 ? (grown(`${name}_sum`) / grown(`${name}_count`)) * 1000 : null;
  return Object.fromEntries(["ttft", "itl", "e2e"].map((name) => [`engine's own ${name} mean, ms`, mean(name)]));
}

/** Its page's own sums under the names that `engineMeans` takes, where the engine's file has none. */
export function ownSums(page: string, { ownTimes, outputTokens }: SideEngine): { [name: string]: number } {
  if (ownTimes === undefined) return {};
  const { promptSeconds = 0, outputSeconds = 0, outputTokens: tokens = 0 } = selectMetrics(page, ownTimes);
  return {
    itl_sum: outputSeconds,
    itl_count: tokens,
    e2e_sum: promptSeconds + outputSeconds,
    e2e_count: tokens / outputTokens,
  };
}

/** What `vllm bench serve` prints, under our names. Its "max concurrent requests" counts by whole seconds and is no mean. */
export function printedByServe({ summary }: ServeResult): Figures {
  const of = (name: string): number | null => summary[name] ?? null;
  const spread = (ours: string, theirs: string): Figures => ({
    [`${ours} mean, ms`]: of(`mean_${theirs}_ms`),
    [`${ours} p50, ms`]: of(`median_${theirs}_ms`),
    [`${ours} p90, ms`]: of(`p90_${theirs}_ms`),
    [`${ours} p99, ms`]: of(`p99_${theirs}_ms`),
  });
  return {
    "request_throughput, req/s": of("request_throughput"),
    "output_throughput, tok/s": of("output_throughput"),
    ...spread("ttft", "ttft"),
    ...spread("tpot", "tpot"),
    ...spread("itl", "itl"),
    ...spread("e2e", "e2el"),
    "in flight, mean": null,
    "output tokens, mean": null,
  };
}

/**
 * Its requests that ended well. An answer's last event without a token is left out, as by our definitions: it is known by
 * the number of tokens that was forced, since what the report counts may come from a tokenizer.
 */
export function seenByServe(
  { ttftS, latencyS, outputTokens, gapsS, startS, errors }: ServeResult,
  forced: number,
): SeenRequest[] {
  return startS.flatMap((start, place) => {
    if (errors[place] !== "") return [];
    const gaps = gapsS[place] ?? [];
    const tokens = outputTokens[place] ?? 0;
    const empty = gaps.length === forced ? (gaps.at(-1) ?? 0) : 0;
    return [{ startS: start, firstS: ttftS[place] ?? 0, lastS: (latencyS[place] ?? 0) - empty, tokens }];
  });
}

/** Gaps between events that bore tokens, in ms. */
export function gapsByServe({ gapsS, errors }: ServeResult, forced: number): number[] {
  return gapsS.flatMap((gaps, place) => {
    if (errors[place] !== "") return [];
    const kept = gaps.length === forced ? gaps.slice(0, -1) : gaps;
    return kept.map((gap) => gap * 1000);
  });
}

/** The same figures by our definitions from single requests, whoever saw them. */
export function byOurDefinitions(requests: readonly SeenRequest[], gapsMs: readonly number[] | null): Figures {
  const startS = Math.min(...requests.map((request) => request.startS));
  const endS = Math.max(...requests.map((request) => request.startS + request.lastS));
  const seconds = endS - startS;
  const tokens = requests.reduce((sum, request) => sum + request.tokens, 0);
  const openS = requests.reduce((sum, request) => sum + request.lastS, 0);
  return {
    "request_throughput, req/s": requests.length / seconds,
    "output_throughput, tok/s": tokens / seconds,
    ...distribution(
      "ttft",
      requests.map(({ firstS }) => firstS * 1000),
    ),
    ...distribution(
      "tpot",
      requests.flatMap((one) => (one.tokens < 2 ? [] : [((one.lastS - one.firstS) * 1000) / (one.tokens - 1)])),
    ),
    ...(gapsMs === null ? {} : distribution("itl", gapsMs)),
    ...distribution(
      "e2e",
      requests.map(({ lastS }) => lastS * 1000),
    ),
    "in flight, mean": openS / seconds,
    "output tokens, mean": tokens / requests.length,
  };
}

/** With the length that was forced for each answer, where a tool counts the tokens of a text by a tokenizer of its own. */
export function withTokens(requests: readonly SeenRequest[], tokens: number): SeenRequest[] {
  return requests.map((request) => ({ ...request, tokens }));
}

/** Without the requests that a closed loop sends at its start, at once or staggered. */
export function withoutStart(requests: readonly SeenRequest[], concurrency: number): SeenRequest[] {
  return requests.toSorted((a, b) => a.startS - b.startS).slice(concurrency);
}

function distribution(name: string, values: readonly number[]): Figures {
  const sorted = sortedCopy([...values]);
  return {
    [`${name} mean, ms`]: values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
    [`${name} p50, ms`]: quantileLinear(sorted, 0.5),
    [`${name} p90, ms`]: quantileLinear(sorted, 0.9),
    [`${name} p99, ms`]: quantileLinear(sorted, 0.99),
  };
}
