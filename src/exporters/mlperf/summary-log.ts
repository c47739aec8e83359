import { fixedText } from "../../math/loadgen/results.ts";
import { effectiveCounts } from "../../math/loadgen/settings.ts";
import { reportedShares, type Latencies } from "./latencies.ts";
import { markLines } from "./mark.ts";
import { doubleText, rates } from "./numbers.ts";
import type { MlperfResults } from "./results.ts";
import type { MlperfRun } from "./run.ts";

const rule = "================================================";

/** What LoadGen counts of a log that has neither; an exported run has no request that failed. */
const counts = ["", "No warnings encountered during test.", "", "No errors encountered during test."];

/** `mlperf_log_summary.txt` of a performance run, line by line as LoadGen 6.0 prints it, below the mark. */
export function summaryLog(run: MlperfRun, results: MlperfResults): string {
  return lines([
    ...markLines(run.mark),
    rule,
    "MLPerf Results Summary",
    rule,
    `SUT name : ${run.sutName}`,
    `Scenario : ${run.settings.scenario}`,
    "Mode     : PerformanceOnly",
    ...headline(run, results),
    ...verdict(run, results),
    "",
    rule,
    "Additional Stats",
    rule,
    ...statistics(run, results),
    "",
    rule,
    "Test Parameters Used",
    rule,
    ...parameters(run),
    ...counts,
  ]);
}

/** `mlperf_log_summary.txt` of an accuracy run: LoadGen says how many errors there were, and nothing else. */
export function accuracySummaryLog({ mark }: Pick<MlperfRun, "mark">): string {
  return lines([...markLines(mark), ...counts]);
}

function lines(all: string[]): string {
  return `${all.join("\n")}\n`;
}

function headline({ settings, percentile, tokenLatencies }: MlperfRun, results: MlperfResults): string[] {
  const { scenario } = settings;
  const rate = rates(results);
  if (scenario === "Offline") {
    const tokens = tokenLatencies ? [`Tokens per second: ${doubleText(rate.tokens)}`] : [];
    return [`Samples per second: ${doubleText(rate.samples)}`, ...tokens];
  }
  if (scenario === "Server") {
    const tokens = tokenLatencies ? [`Completed tokens per second: ${fixedText(rate.tokensCompleted)}`] : [];
    return [`Completed samples per second    : ${fixedText(rate.samplesCompleted)}`, ...tokens];
  }
  const ordinal = `${fixedText(percentile * 100, 1)}th`;
  const { target } = scenario === "MultiStream" ? (results.queryLatency ?? results.latency) : results.latency;
  const first = results.firstToken;
  return [
    `${ordinal} percentile latency (ns) : ${target}`,
    ...(first === null ? [] : [`${ordinal} first token percentile latency (ns) : ${first.target}`]),
  ];
}

/** Advice by scenario where the run was too short. */
export const tooShort: Readonly<Record<MlperfRun["settings"]["scenario"], string>> = {
  Offline: "Increase expected QPS so the loadgen pre-generates a larger (coalesced) query.",
  Server: "Increase the target QPS so the loadgen pre-generates more queries.",
  SingleStream: "Decrease the expected latency so the loadgen pre-generates more queries.",
  MultiStream: "Decrease the expected latency so the loadgen pre-generates more queries.",
};

function yes(met: boolean): string {
  return met ? "Yes" : "NO";
}

function verdict({ settings }: MlperfRun, results: MlperfResults): string[] {
  const { broken, minDurationMet, minQueriesMet, stopping, valid } = results;
  const all = [
    `Result is : ${valid ? "VALID" : "INVALID"}`,
    ...(settings.scenario === "Server" ? [`  Performance constraints satisfied : ${yes(broken.length === 0)}`] : []),
    `  Min duration satisfied : ${yes(minDurationMet)}`,
    `  Min queries satisfied : ${yes(minQueriesMet)}`,
    `  Early stopping satisfied: ${yes(stopping.met)}`,
  ];
  if (!valid) {
    all.push("Recommendations:", ...broken.map((advice) => ` * ${advice}`));
    if (!minDurationMet) all.push(` * ${tooShort[settings.scenario]}`);
    if (!minQueriesMet) {
      all.push(
        " * The test exited early, before enough queries were issued.",
        "   See the detailed log for why this may have occurred.",
      );
    }
  }
  for (const [name, text] of stopping.texts) all.push(`${name === "" ? "" : `${name} `}Early Stopping Result:`, text);
  return all;
}

function statistics({ settings, tokenLatencies }: MlperfRun, results: MlperfResults): string[] {
  const { scenario } = settings;
  const rate = rates(results);
  const before: Record<typeof scenario, string[]> = {
    Offline: [],
    Server: [`Scheduled samples per second : ${fixedText(rate.samplesScheduled)}`],
    SingleStream: [
      `QPS w/ loadgen overhead         : ${fixedText(rate.samplesWithOverhead)}`,
      `QPS w/o loadgen overhead        : ${fixedText(rate.samplesWithoutOverhead)}`,
      "",
    ],
    MultiStream: ["Per-query latency:  "],
  };
  const tokens: Record<typeof scenario, string[]> = {
    Offline: [],
    Server: [`Completed tokens per second                 : ${fixedText(rate.tokensCompleted)}`],
    SingleStream: [
      `TPS w/ loadgen overhead         : ${fixedText(rate.tokensWithOverhead)}`,
      `TPS w/o loadgen overhead        : ${fixedText(rate.tokensWithoutOverhead)}`,
    ],
    MultiStream: [],
  };
  const whole = scenario === "MultiStream" ? (results.queryLatency ?? results.latency) : results.latency;
  return [
    ...before[scenario],
    ...table(whole, "latency (ns)", "latency (ns)"),
    ...(tokenLatencies ? ["", ...tokens[scenario]] : []),
    ...table(results.firstToken, "First Token latency (ns)", "first token latency (ns)"),
    ...(results.perToken === null ? [] : [""]),
    ...table(results.perToken, "Time per Output Token (ns)", "time to output token (ns)"),
  ];
}

/** Minimum, maximum, mean and percentiles, `Mean` with LoadGen's one blank less behind it; nothing of latencies that are not told. */
function table(values: Latencies | null, what: string, ofPercentiles: string): string[] {
  if (values === null) return [];
  const { min, max, mean, percentiles } = values;
  return [
    `Min ${what}                : ${min}`,
    `Max ${what}                : ${max}`,
    `Mean ${what}               : ${mean}`,
    ...percentiles.map(
      (ns, place) => `${fixedText((reportedShares[place] ?? 0) * 100)} percentile ${ofPercentiles}   : ${ns}`,
    ),
  ];
}

function parameters({ settings, limits, tokenLatencies }: MlperfRun): string[] {
  const { seeds } = settings;
  const { samplesPerQuery, minQueryCount } = effectiveCounts(settings);
  return [
    `samples_per_query : ${samplesPerQuery}`,
    `target_qps : ${doubleText(settings.targetQps)}`,
    ...(tokenLatencies
      ? [`ttft_latency (ns): ${limits.ttftNs}`, `tpot_latency (ns): ${limits.tpotNs}`]
      : [`target_latency (ns): ${settings.scenario === "Server" ? limits.latencyNs : 0}`]),
    `max_async_queries : ${settings.scenario === "Server" ? 0 : 1}`,
    `min_duration (ms): ${settings.minDurationMs}`,
    "max_duration (ms): 0",
    `min_query_count : ${minQueryCount}`,
    "max_query_count : 0",
    `qsl_rng_seed : ${seeds.qsl}`,
    `sample_index_rng_seed : ${seeds.sampleIndex}`,
    `schedule_rng_seed : ${seeds.schedule}`,
    "accuracy_log_rng_seed : 0",
    "accuracy_log_probability : 0",
    "accuracy_log_sampling_target : 0",
    "print_timestamps : 0",
    "performance_issue_unique : 0",
    "performance_issue_same : 0",
    "performance_issue_same_index : 0",
    `performance_sample_count : ${settings.performanceSamples}`,
    `accuracy_sample_count : ${settings.accuracySamples}`,
    ...(settings.equalIssue ? equalIssueWarning : []),
  ];
}

const equalIssueWarning = [
  "WARNING: sample_concatenate_permutation was set to true. ",
  "Generated samples per query might be different as the one in the setting.",
  "Check the generated_samples_per_query line in the detailed log for the real",
  "samples_per_query value",
];
