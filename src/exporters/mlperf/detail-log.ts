import { fixedText } from "../../math/loadgen/results.ts";
import type { LoadgenQueries } from "../../math/loadgen/queries.ts";
import { settingEntries } from "./detail-settings.ts";
import { boolean, double, listOf, text, whole, type Entry } from "./entries.ts";
import { reportedShares, type Latencies } from "./latencies.ts";
import { markLines } from "./mark.ts";
import { rates } from "./numbers.ts";
import type { MlperfResults } from "./results.ts";
import type { MlperfRun } from "./run.ts";
import { tooShort } from "./summary-log.ts";

/**
 * `mlperf_log_detail.txt`: `:::MLLOG` lines under LoadGen's keys, in its order. The first line and every line's metadata say
 * who made it. Left out is what LoadGen says of its own program: checksums, its logger's counters.
 * @param queries what the seeds give, one element a loaded set
 * @param results null of an accuracy run
 */
export function detailLog(run: MlperfRun, queries: readonly LoadgenQueries[], results: MlperfResults | null): string {
  const tookMs = Date.parse(run.endedAt) - Date.parse(run.startedAt);
  const at = (timeMs: number, entries: readonly Entry[]): string[] => entries.map((entry) => line(run, entry, timeMs));
  return `${[
    ...at(0, head(run)),
    ...at(0, settingEntries(run)),
    ...at(0, [text("generic_message", `Starting ${run.settings.mode} mode`)]),
    ...at(0, queries.flatMap(generated)),
    ...at(tookMs, [text("power_begin", powerTime(run.startedAt)), text("power_end", powerTime(run.endedAt))]),
    ...at(tookMs, results === null ? [] : resultEntries(run, results)),
    ...at(tookMs, [whole("num_errors", 0)]),
  ].join("\n")}\n`;
}

function line({ mark }: MlperfRun, [key, value]: Entry, timeMs: number): string {
  const simulated = mark.simulated ? ', "origin": "SIMULATED"' : "";
  const metadata =
    '{"is_error": false, "is_warning": false, "file": "ceteris", "line_no": 0, "pid": 0, "tid": 0, ' +
    `"made_by": ${JSON.stringify(mark.madeBy)}${simulated}}`;
  return (
    `:::MLLOG {"key": "${key}", "value": ${value}, "time_ms": ${timeMs.toFixed(6)}, ` +
    `"namespace": "mlperf::logging", "event_type": "POINT_IN_TIME", "metadata": ${metadata}}`
  );
}

function head(run: MlperfRun): Entry[] {
  const { settings, mark } = run;
  return [
    text("ceteris_mark", markLines(mark).join(" ")),
    text("loadgen_version", `${run.loadgenVersion} (its rules; the run was made by ${mark.madeBy})`),
    text("test_datetime", `${run.startedAt.slice(0, 19)}Z`),
    text("sut_name", run.sutName),
    text("qsl_name", run.qslName),
    whole("qsl_reported_total_count", settings.librarySamples),
    whole("qsl_reported_performance_count", settings.performanceSamples),
  ];
}

function generated({ loadedSet, queries, samplesPerQuery, durationNs }: LoadgenQueries): Entry[] {
  return [
    listOf("loaded_qsl_set", loadedSet),
    whole("generated_query_count", queries),
    whole("generated_samples_per_query", samplesPerQuery),
    whole("generated_query_duration", durationNs),
  ];
}

/** As the power checker reads it: MM-DD-YYYY and a time, UTC. */
function powerTime(iso: string): string {
  const [date = "", time = ""] = iso.replace("Z", "").split("T");
  const [year, month, day] = date.split("-");
  return `${month}-${day}-${year} ${time.slice(0, 12)}`;
}

function resultEntries(run: MlperfRun, results: MlperfResults): Entry[] {
  const { scenario } = run.settings;
  const { broken, stopping } = results;
  const stopped = [...stopping.texts].map(([name, words]) =>
    text(`early_stopping_${name === "" ? "" : `${name.toLowerCase()}_`}result`, words.replaceAll("\n", " ")),
  );
  return [
    text("result_validity", results.valid ? "VALID" : "INVALID"),
    ...(scenario === "Server" ? [boolean("result_perf_constraints_met", broken.length === 0)] : []),
    boolean("result_min_duration_met", results.minDurationMet),
    boolean("result_min_queries_met", results.minQueriesMet),
    boolean("early_stopping_met", stopping.met),
    ...(results.valid ? [] : [text("result_invalid_reason", invalidReason(run, results))]),
    // LoadGen writes both lines in Offline too, without a word in them.
    ...(scenario === "Offline" ? emptyStopping(run.tokenLatencies) : stopped),
    whole("result_query_count", results.queries),
    ...(scenario === "Server" ? [whole("result_overlatency_query_count", results.overLatency)] : []),
    ...byScenario(scenario, results),
    ...latencyEntries(results.latency, "result_", "latency_ns"),
    ...tokenEntries(run, results),
  ];
}

function emptyStopping(tokenLatencies: boolean): Entry[] {
  return tokenLatencies
    ? [text("early_stopping_ttft_result", ""), text("early_stopping_tpot_result", "")]
    : [text("early_stopping_result", "")];
}

function invalidReason({ settings }: MlperfRun, { broken, minDurationMet, minQueriesMet }: MlperfResults): string {
  const parts = [
    ...(broken.length === 0 ? [] : [`${broken.join("  * ")} `]),
    ...(minDurationMet ? [] : [`${tooShort[settings.scenario]} `]),
    ...(minQueriesMet ? [] : ["The test exited early, before enough queries were issued."]),
  ];
  return parts.join("");
}

function byScenario(scenario: MlperfRun["settings"]["scenario"], results: MlperfResults): Entry[] {
  const rate = rates(results);
  const { estimates } = results.stopping;
  if (scenario === "Offline") return [double("result_samples_per_second", rate.samples)];
  if (scenario === "Server") {
    return [
      double("result_scheduled_samples_per_sec", rate.samplesScheduled),
      double("result_completed_samples_per_sec", rate.samplesCompleted),
    ];
  }
  if (scenario === "SingleStream") {
    return [
      double("result_qps_with_loadgen_overhead", rate.samplesWithOverhead),
      double("result_qps_without_loadgen_overhead", rate.samplesWithoutOverhead),
      whole("early_stopping_latency_ss", estimates.singleStream),
      whole("early_stopping_latency_ms", estimates.multiStream),
    ];
  }
  const { queryLatency } = results;
  return [
    ...(queryLatency === null
      ? []
      : latencyEntries(queryLatency, "result_", "query_latency_ns", "_percentile_per_query_latency_ns")),
    whole("early_stopping_latency_ms", estimates.multiStream),
  ];
}

function latencyEntries(
  values: Latencies,
  prefix: string,
  suffix: string,
  ofPercentiles = `_percentile_${suffix}`,
): Entry[] {
  return [
    whole(`${prefix}min_${suffix}`, values.min),
    whole(`${prefix}max_${suffix}`, values.max),
    whole(`${prefix}mean_${suffix}`, values.mean),
    ...percentileEntries(values, prefix, ofPercentiles),
  ];
}

function percentileEntries({ percentiles }: Latencies, prefix: string, suffix: string): Entry[] {
  return percentiles.map((ns, place) => {
    const share = fixedText((reportedShares[place] ?? 0) * 100);
    return whole(`${prefix}${share}${suffix}`, ns);
  });
}

function tokenEntries({ tokenLatencies, settings }: MlperfRun, results: MlperfResults): Entry[] {
  if (!tokenLatencies) return [];
  const rate = rates(results);
  if (settings.scenario === "Offline") return [double("result_tokens_per_second", rate.tokens)];
  const { firstToken, perToken } = results;
  if (firstToken === null || perToken === null) return [];
  return [
    ...latencyEntries(firstToken, "result_first_token_", "latency_ns"),
    double("result_token_throughput_with_loadgen_overhead", rate.tokensWithOverhead),
    double("result_token_throughput", rate.tokensPerNs),
    ...percentileEntries(perToken, "result_time_per_output_token_", "_percentile_ns"),
    whole("result_time_to_output_token_min", perToken.min),
    whole("result_time_to_output_token_max", perToken.max),
    whole("result_time_to_output_token_mean", perToken.mean),
    double("result_completed_tokens_per_second", rate.tokensCompleted),
  ];
}
