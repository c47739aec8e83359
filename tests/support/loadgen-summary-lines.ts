import { scalarText } from "../../src/importers/loadgen-log.ts";
import { fixedText, offlineThroughput, streamText } from "../../src/math/loadgen/results.ts";
import { figureOf, printedAs, rateUntilLast } from "./loadgen-logs.ts";
import type { Recomputed } from "./loadgen-recompute.ts";

/** What a line of the summary must say, or whether what it says can be: with the reason why no more can be told. */
export type Expected = { text: string } | { possible: (printed: string) => boolean; because: string };

/** One kind of line in the summary. */
export interface SummaryLine {
  label: RegExp;
  /** Why the line is not recomputed but compared with the detail log's own figure. */
  because?: string;
  expected: (run: Recomputed, label: string) => Expected;
}

const noTokens = "no log holds the number of tokens: it is checked that a whole number of them gives all rates printed";
const noDoneTime =
  "no log holds when the query issued last was done: it is checked that a moment between its due time + the shortest latency and + the longest gives all rates printed";
const noLatencies =
  "a log holds minimum, maximum, mean and percentiles, not the latencies: compared with the detail log";

const copied = (label: RegExp, key: (label: string) => string): SummaryLine => ({
  label,
  because: noLatencies,
  expected: ({ detail }, found) => ({ text: String(figureOf(detail, key(found))) }),
});
const said = (label: RegExp, text: (run: Recomputed, label: string) => string): SummaryLine => ({
  label,
  expected: (run, found) => ({ text: text(run, found) }),
});
const setting = (name: string, key: string): SummaryLine =>
  said(new RegExp(`^${name.replaceAll(/[()]/g, String.raw`\$&`)}$`), ({ detail }) => {
    const value = detail.last(key);
    return scalarText(typeof value === "boolean" ? Number(value) : value) ?? "nothing";
  });

const yes = (value: boolean): string => (value ? "Yes" : "NO");
const percentileOf = (label: string): string => label.split(" ")[0] ?? "";
const aggregate = (label: string): string => (label.split(" ")[0] ?? "").toLowerCase();

/** Every line of a performance summary. */
export const summaryLines: SummaryLine[] = [
  said(/^SUT name$/, ({ detail }) => scalarText(detail.last("sut_name")) ?? "nothing"),
  said(/^Scenario$/, ({ settings }) => settings.scenario),
  said(/^Mode$/, () => "PerformanceOnly"),
  said(/^Samples per second$/, (run) => streamText(offlineThroughput(totals(run)).samplesPerS)),
  {
    label: /^Tokens per second$/,
    expected: (run) =>
      run.tokens === null
        ? { possible: (printed) => tokensAreWhole(run, printed), because: noTokens }
        : { text: streamText(offlineThroughput(totals(run)).tokensPerS ?? NaN) },
  },
  { label: /^Completed (samples|tokens) per second$/, expected: completed },
  said(/^Scheduled samples per second$/, ({ queries }) =>
    fixedText(rateUntilLast(queries.queries, queries.scheduledNs.at(-1) ?? 0)),
  ),
  said(/^Performance constraints satisfied$/, ({ verdict }) =>
    yes(verdict.constraints.ttft && verdict.constraints.tpot),
  ),
  said(/^Min duration satisfied$/, ({ verdict }) => yes(verdict.minDuration)),
  said(/^Min queries satisfied$/, ({ verdict }) => yes(verdict.minQueries)),
  copied(/^(Min|Max|Mean) latency \(ns\)$/, (label) => `result_${aggregate(label)}_latency_ns`),
  copied(/^\d\d\.\d\d percentile latency \(ns\)$/, (label) => `result_${percentileOf(label)}_percentile_latency_ns`),
  copied(/^(Min|Max|Mean) First Token latency \(ns\)$/, (label) => `result_first_token_${aggregate(label)}_latency_ns`),
  copied(
    /^\d\d\.\d\d percentile first token latency \(ns\)$/,
    (label) => `result_first_token_${percentileOf(label)}_percentile_latency_ns`,
  ),
  // "to" until 5.1, "per" since 6.0; the percentiles say "to" in all.
  copied(
    /^(Min|Max|Mean) Time (to|per) Output Token \(ns\)$/,
    (label) => `result_time_to_output_token_${aggregate(label)}`,
  ),
  copied(
    /^\d\d\.\d\d percentile time (to|per) output token \(ns\)$/,
    (label) => `result_time_per_output_token_${percentileOf(label)}_percentile_ns`,
  ),
  said(/^samples_per_query$/, ({ counts }) => String(counts.samplesPerQuery)),
  said(/^target_qps$/, ({ settings }) => streamText(settings.targetQps)),
  said(/^min_duration \(ms\)$/, ({ settings }) => String(settings.minDurationMs)),
  said(/^min_query_count$/, ({ counts }) => String(counts.minQueryCount)),
  said(/^qsl_rng_seed$/, ({ settings }) => settings.seeds.qsl),
  said(/^sample_index_rng_seed$/, ({ settings }) => settings.seeds.sampleIndex),
  said(/^schedule_rng_seed$/, ({ settings }) => settings.seeds.schedule),
  said(/^performance_sample_count$/, ({ settings }) => String(settings.performanceSamples)),
  said(/^accuracy_sample_count$/, ({ settings }) => String(settings.accuracySamples)),
  {
    label: /^(ttft|tpot)_latency \(ns\)$/,
    expected: ({ detail }, label) => {
      const text = scalarText(detail.last(`requested_server_${label.slice(0, 4)}_latency`));
      const because = "an Offline detail log does not say the Server limits, which judge nothing there";
      return text === null ? { possible: (printed) => Number(printed) >= 0, because } : { text };
    },
  },
  setting("max_async_queries", "effective_max_async_queries"),
  setting("max_duration (ms)", "effective_max_duration_ms"),
  setting("max_query_count", "effective_max_query_count"),
  setting("accuracy_log_rng_seed", "effective_accuracy_log_rng_seed"),
  setting("accuracy_log_probability", "effective_accuracy_log_probability"),
  setting("accuracy_log_sampling_target", "effective_accuracy_log_sampling_target"),
  setting("print_timestamps", "effective_print_timestamps"),
  setting("performance_issue_unique", "effective_performance_issue_unique"),
  setting("performance_issue_same", "effective_performance_issue_same"),
  setting("performance_issue_same_index", "effective_performance_issue_same_index"),
  said(/^WARNING$/, ({ settings }) => (settings.equalIssue ? "sample_concatenate_permutation was set to true." : "")),
];

function totals({ detail, queries, tokens }: Recomputed) {
  const maxLatencyNs = figureOf(detail, "result_max_latency_ns");
  return { samples: queries.samples.length, tokens, maxLatencyNs, lastQueryDoneNs: 0 };
}

interface Interval {
  from: number;
  to: number;
}

function meet(...intervals: Interval[]): Interval {
  return {
    from: Math.max(...intervals.map(({ from }) => from)),
    to: Math.min(...intervals.map(({ to }) => to)),
  };
}

function tokensAreWhole({ detail }: Recomputed, printed: string): boolean {
  const seconds = figureOf(detail, "result_max_latency_ns") / 1e9;
  const rates = meet(printedAs(printed), printedAs(String(figureOf(detail, "result_tokens_per_second"))));
  return Math.ceil(rates.from * seconds) <= Math.floor(rates.to * seconds);
}

/** Server's completed rates: one moment and one number of tokens for all of them. */
function completed(run: Recomputed, label: string): Expected {
  const { detail, queries, tokens } = run;
  const samples = label.includes("samples");
  const because = samples || tokens !== null ? noDoneTime : `${noDoneTime}; ${noTokens}`;
  const possible = (printed: string): boolean => {
    const due = queries.scheduledNs.at(-1) ?? 0;
    const byLatency = {
      from: (due + figureOf(detail, "result_min_latency_ns")) / 1e9,
      to: (due + figureOf(detail, "result_max_latency_ns")) / 1e9,
    };
    const doneBy = (count: number, { from, to }: Interval): Interval => ({ from: count / to, to: count / from });
    const detailed = printedAs(String(figureOf(detail, "result_completed_samples_per_sec")));
    const done = meet(byLatency, doneBy(queries.queries - 1, samples ? meet(detailed, printedAs(printed)) : detailed));
    if (samples) return done.from <= done.to;
    const rates = meet(printedAs(printed), printedAs(String(figureOf(detail, "result_completed_tokens_per_second"))));
    if (tokens === null) return Math.ceil(rates.from * done.from) <= Math.floor(rates.to * done.to);
    const both = meet(done, doneBy(tokens, rates));
    return both.from <= both.to;
  };
  return { possible, because };
}
