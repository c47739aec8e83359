import { settingsOfLog } from "../../bench/loadgen-parity/loadgen-settings.ts";
import { scalarText, type LoadgenDetail } from "../../src/importers/loadgen-log.ts";
import type { Latencies } from "../../src/exporters/mlperf/latencies.ts";
import type { MlperfResults } from "../../src/exporters/mlperf/results.ts";
import type { MlperfRun } from "../../src/exporters/mlperf/run.ts";
import { effectiveCounts } from "../../src/math/loadgen/settings.ts";
import { sortedCopy } from "../../src/math/quantile.ts";
import { figureOf } from "./loadgen-logs.ts";

export const someMark: MlperfRun["mark"] = {
  madeBy: "ceteris 0.0.0",
  study: "study",
  trialId: "trial",
  status: "VALID",
  reason: "all checks passed",
  cutShort: null,
  simulated: false,
};

/** A performance run that a log of LoadGen's tells of, as our exporter has it. */
export function runOfLog(detail: LoadgenDetail): MlperfRun {
  const settings = settingsOfLog(detail);
  if (!settings.ok) throw new Error(settings.problem.message);
  const counts = effectiveCounts(settings.value);
  const limit = (key: string, otherwise: number): number =>
    detail.last(key) === undefined ? otherwise : figureOf(detail, key);
  const tokenLatencies = detail.last("requested_use_token_latencies") === true;
  return {
    mark: someMark,
    settings: settings.value,
    least: {
      durationMs: settings.value.minDurationMs,
      queries: counts.minQueryCount,
      samples: counts.minSampleCount,
    },
    percentile: figureOf(detail, "effective_target_latency_percentile"),
    limits: {
      ttftNs: limit("requested_server_ttft_latency", 1e8),
      tpotNs: limit("requested_server_tpot_latency", 1e8),
      latencyNs: limit("requested_server_target_latency_ns", 0),
    },
    tokenLatencies,
    confidence: 0.99,
    loadgenVersion: "6.0.17",
    sutName: scalarText(detail.last("sut_name")) ?? "",
    qslName: scalarText(detail.last("qsl_name")) ?? "",
    startedAt: "2026-11-22T06:19:08.282Z",
    endedAt: "2026-11-22T06:19:18.306Z",
  };
}

const shares = ["50.00", "90.00", "95.00", "97.00", "99.00", "99.90"];

function latencies(
  detail: LoadgenDetail,
  aggregate: (word: string) => string,
  at: (share: string) => string,
): Latencies {
  const percentiles = shares.map((share) => figureOf(detail, at(share)));
  const [min, max, mean] = ["min", "max", "mean"].map((word) => figureOf(detail, aggregate(word)));
  return { sorted: sortedCopy([]), min: min!, max: max!, mean: mean!, percentiles, target: percentiles[4]! };
}

/** What the log says came of the run. The moment when the last query was done is computed back from a rate, to six digits. */
export function resultsOfLog(detail: LoadgenDetail, run: MlperfRun): MlperfResults {
  const { scenario } = run.settings;
  const isOffline = scenario === "Offline";
  const latency = latencies(
    detail,
    (word) => `result_${word}_latency_ns`,
    (share) => `result_${share}_percentile_latency_ns`,
  );
  const queries = figureOf(detail, "result_query_count");
  const samples = isOffline ? Math.round((figureOf(detail, "result_samples_per_second") * latency.max) / 1e9) : queries;
  const doneNs = isOffline ? 0 : ((samples - 1) / figureOf(detail, "result_completed_samples_per_sec")) * 1e9;
  const tokens = isOffline
    ? Math.round((figureOf(detail, "result_tokens_per_second") * latency.max) / 1e9)
    : Math.round((figureOf(detail, "result_completed_tokens_per_second") * doneNs) / 1e9);
  const lastScheduledNs = isOffline ? 0 : ((samples - 1) / figureOf(detail, "result_scheduled_samples_per_sec")) * 1e9;
  const words = (key: string): string =>
    (scalarText(detail.last(key)) ?? "")
      .replaceAll("  *", "\n *")
      .replace(",  with", ",\n with")
      .replace("additional  query", "additional\n query");
  return {
    queries,
    samples,
    tokens,
    latency,
    queryLatency: null,
    firstToken: isOffline
      ? null
      : latencies(
          detail,
          (word) => `result_first_token_${word}_latency_ns`,
          (share) => `result_first_token_${share}_percentile_latency_ns`,
        ),
    perToken: isOffline
      ? null
      : latencies(
          detail,
          (word) => `result_time_to_output_token_${word}`,
          (share) => `result_time_per_output_token_${share}_percentile_ns`,
        ),
    overLatency: isOffline ? 0 : figureOf(detail, "result_overlatency_query_count"),
    maxLatencyNs: latency.max,
    lastScheduledNs,
    lastIssuedNs: isOffline ? 0 : (tokens / figureOf(detail, "result_token_throughput_with_loadgen_overhead")) * 1e9,
    // Two rates of six digits each: between what they give.
    lastDoneNs: isOffline ? 0 : (doneNs + (tokens / figureOf(detail, "result_completed_tokens_per_second")) * 1e9) / 2,
    minDurationMet: detail.last("result_min_duration_met") === true,
    minQueriesMet: detail.last("result_min_queries_met") === true,
    broken: [],
    stopping: {
      met: detail.last("early_stopping_met") === true,
      texts: isOffline
        ? new Map<string, string>()
        : new Map([
            ["TTFT", words("early_stopping_ttft_result")],
            ["TPOT", words("early_stopping_tpot_result")],
          ]),
      estimates: { singleStream: 0, multiStream: 0 },
    },
    valid: detail.last("result_validity") === "VALID",
  };
}
