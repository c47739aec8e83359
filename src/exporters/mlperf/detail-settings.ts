import { effectiveCounts } from "../../math/loadgen/settings.ts";
import { boolean, double, text, whole, type Entry } from "./entries.ts";
import type { MlperfRun } from "./run.ts";

/**
 * The settings of a run under LoadGen's keys: as requested, and as it works with them.
 * Source: loadgen/test_settings_internal.cc.
 */
export function settingEntries(run: MlperfRun): Entry[] {
  return [...requested(run), ...effective(run)];
}

const modes = { performance: "PerformanceOnly", accuracy: "AccuracyOnly" } as const;

function requested(run: MlperfRun): Entry[] {
  const { settings, limits, tokenLatencies } = run;
  const tokenLimits = [
    whole("requested_server_ttft_latency", limits.ttftNs),
    whole("requested_server_tpot_latency", limits.tpotNs),
  ];
  return [
    text("requested_scenario", settings.scenario),
    text("requested_test_mode", modes[settings.mode]),
    ...ofScenario(run),
    whole("requested_min_duration_ms", settings.minDurationMs),
    whole("requested_max_duration_ms", 0),
    whole("requested_min_query_count", settings.minQueryCount),
    whole("requested_max_query_count", 0),
    ...common("requested", run),
    whole("requested_performance_sample_count_override", 0),
    whole("requested_accuracy_sample_count_override", 0),
    boolean("requested_sample_concatenate_permutation", settings.equalIssue),
    ...(tokenLatencies ? [boolean("requested_use_token_latencies", true)] : []),
    ...(tokenLatencies && settings.scenario !== "Offline" ? tokenLimits : []),
  ];
}

function ofScenario({ settings, percentile, limits }: MlperfRun): Entry[] {
  const { scenario, targetQps } = settings;
  const expectedNs = Math.trunc(1e9 / targetQps);
  const rows: Record<typeof scenario, () => Entry[]> = {
    Offline: () => [double("requested_offline_expected_qps", targetQps)],
    Server: () => [
      double("requested_server_target_qps", targetQps),
      whole("requested_server_target_latency_ns", limits.latencyNs),
      double("requested_server_target_latency_percentile", percentile),
      boolean("requested_server_coalesce_queries", false),
      whole("requested_server_find_peak_qps_decimals_of_precision", 1),
      double("requested_server_find_peak_qps_boundary_step_size", 1),
      whole("requested_server_max_async_queries", 0),
      whole("requested_server_num_issue_query_threads", 0),
    ],
    SingleStream: () => [
      whole("requested_single_stream_expected_latency_ns", expectedNs),
      double("requested_single_stream_target_latency_percentile", percentile),
    ],
    MultiStream: () => [
      whole("requested_multi_stream_expected_latency_ns", expectedNs),
      double("requested_multi_stream_target_latency_percentile", percentile),
      whole("requested_multi_stream_samples_per_query", settings.samplesPerQuery),
    ],
  };
  return rows[scenario]();
}

/** What is requested and effective alike. */
function common(prefix: "requested" | "effective", { settings }: MlperfRun): Entry[] {
  const { qsl, sampleIndex, schedule } = settings.seeds;
  return [
    whole(`${prefix}_qsl_rng_seed`, qsl),
    whole(`${prefix}_sample_index_rng_seed`, sampleIndex),
    whole(`${prefix}_schedule_rng_seed`, schedule),
    whole(`${prefix}_accuracy_log_rng_seed`, 0),
    whole(`${prefix}_accuracy_log_probability`, 0),
    whole(`${prefix}_accuracy_log_sampling_target`, 0),
    boolean(`${prefix}_print_timestamps`, false),
    boolean(`${prefix}_performance_issue_unique`, false),
    boolean(`${prefix}_performance_issue_same`, false),
    whole(`${prefix}_performance_issue_same_index`, 0),
  ];
}

function effective(run: MlperfRun): Entry[] {
  const { settings, limits, percentile } = run;
  const counts = effectiveCounts(settings);
  const { scenario } = settings;
  return [
    text("effective_scenario", scenario),
    text("effective_test_mode", modes[settings.mode]),
    whole("effective_samples_per_query", counts.samplesPerQuery),
    double("effective_target_qps", settings.targetQps),
    whole("effective_target_latency_ns", scenario === "Server" ? limits.latencyNs : 0),
    double("effective_target_latency_percentile", percentile),
    whole("effective_max_async_queries", scenario === "Server" ? 0 : 1),
    whole("effective_target_duration_ms", counts.targetDurationMs),
    whole("effective_min_duration_ms", settings.minDurationMs),
    whole("effective_max_duration_ms", 0),
    whole("effective_min_query_count", counts.minQueryCount),
    whole("effective_max_query_count", 0),
    whole("effective_min_sample_count", counts.minSampleCount),
    ...common("effective", run),
    whole("effective_performance_sample_count", settings.performanceSamples),
    whole("effective_accuracy_sample_count", settings.accuracySamples),
    boolean("effective_sample_concatenate_permutation", settings.equalIssue),
  ];
}
