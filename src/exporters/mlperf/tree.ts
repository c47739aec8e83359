import type { RulesetScenario } from "../../schema/ruleset.ts";
import type { Trial } from "../../schema/trial.ts";
import { accuracyLog, accuracyText, type MlperfAnswer, type MlperfScores } from "./accuracy-log.ts";
import { detailLog } from "./detail-log.ts";
import type { ExportedRun } from "./from-trial.ts";
import { marked, markLines } from "./mark.ts";
import { resultsOf, type MlperfResults } from "./results.ts";
import type { MlperfRun } from "./run.ts";
import { accuracySummaryLog, summaryLog } from "./summary-log.ts";
import { measurementsDescription, systemDescription } from "./system.ts";

export type Division = "open" | "closed";

/** One configuration under one scenario. */
export interface ExportedPair {
  rules: RulesetScenario;
  performance: { trial: Trial; exported: ExportedRun };
  /** Null where there is no accuracy of this configuration; `why` then says so. */
  accuracy: ExportedAccuracy | null;
  why: string;
}

export interface ExportedAccuracy {
  trial: Trial;
  exported: ExportedRun;
  /** In the order in which they came. */
  answers: MlperfAnswer[];
  scores: MlperfScores | null;
}

export interface TreeOptions {
  division: Division;
  submitter: string;
  /** Hex digest of a text. */
  sha256: (text: string) => string;
}

/** The files of one pair, by their paths below the tree's root, and what LoadGen's rules say of the run. */
export interface ExportedFiles {
  files: Map<string, string>;
  folder: string;
  results: MlperfResults;
}

/**
 * The submission tree of MLPerf Inference v6.x for one pair: `<division>/<submitter>/{systems,src,results}`.
 * Source: tools/submission/submission_checker/constants.py of mlcommons/inference.
 */
export function treeOf(pair: ExportedPair, { division, submitter, sha256 }: TreeOptions): ExportedFiles {
  const { rules, performance } = pair;
  const { run, queries, issued } = performance.exported;
  const { mark } = run;
  const owner = marked(submitter, mark);
  const system = marked(safe(systemName(performance.trial)), mark);
  const root = `${division}/${owner}`;
  const folder = `${root}/results/${system}/${safe(rules.model)}/${safe(rules.name)}`;
  const results = resultsOf(run, issued);
  const files = new Map([
    [`${folder}/performance/run_1/mlperf_log_summary.txt`, summaryLog(run, results)],
    [`${folder}/performance/run_1/mlperf_log_detail.txt`, detailLog(run, queries, results)],
    // LoadGen leaves an empty list after a performance run.
    [`${folder}/performance/run_1/mlperf_log_accuracy.json`, accuracyLog(mark, [])],
    [`${folder}/measurements.json`, json(measurementsDescription(performance.trial, mark))],
    [`${folder}/user.conf`, userConf(run, rules)],
    [`${folder}/README.md`, readme(pair, results)],
    [`${root}/src/README.md`, sourceReadme(run)],
    [
      `${root}/systems/${system}.json`,
      json(systemDescription(performance.trial, { mark, division, submitter: owner, system })),
    ],
  ]);
  for (const [name, text] of accuracyFiles(pair.accuracy, sha256)) files.set(`${folder}/accuracy/${name}`, text);
  return { files, folder, results };
}

function accuracyFiles(accuracy: ExportedAccuracy | null, sha256: (text: string) => string): [string, string][] {
  if (accuracy === null) return [];
  const { exported, answers, scores } = accuracy;
  const { run, queries } = exported;
  const log = accuracyLog(run.mark, answers);
  return [
    ["mlperf_log_accuracy.json", log],
    ["mlperf_log_summary.txt", accuracySummaryLog(run)],
    ["mlperf_log_detail.txt", detailLog(run, queries, null)],
    ...(scores === null
      ? []
      : [["accuracy.txt", accuracyText(scores, markLines(run.mark), sha256(log))] satisfies [string, string]]),
  ];
}

/** The GPUs of the host and the row, so that two configurations do not share a folder. */
function systemName({ provenance, labels }: Trial): string {
  const gpus = provenance?.gpus ?? [];
  const name = gpus[0]?.["name"];
  const machine = typeof name === "string" ? `${gpus.length}x${name}` : "cpu";
  return `${machine}-${labels.row}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Letters that every file system takes. */
function safe(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9._-]+/g, "-");
}

/** As LoadGen reads it: a blank on both sides of the equals sign, times in ms. */
function userConf({ mark, settings }: MlperfRun, { loadgenModel, model, rulesetId }: RulesetScenario): string {
  const key = `${loadgenModel ?? model}.${settings.scenario}`;
  const { scenario, targetQps, minDurationMs, minQueryCount } = settings;
  const isStream = scenario === "SingleStream" || scenario === "MultiStream";
  const rate = isStream ? `${key}.target_latency = ${1000 / targetQps}` : `${key}.target_qps = ${targetQps}`;
  return `${[
    ...markLines(mark).map((line) => `# ${line}`),
    `# Seeds are those of ${rulesetId}; LoadGen reads them from its own mlperf.conf.`,
    rate,
    `${key}.min_duration = ${minDurationMs}`,
    `${key}.min_query_count = ${minQueryCount}`,
    `${key}.performance_sample_count_override = ${settings.performanceSamples}`,
  ].join("\n")}\n`;
}

function readme(pair: ExportedPair, results: MlperfResults): string {
  const { rules, performance, accuracy, why } = pair;
  const { run } = performance.exported;
  const said = results.valid ? "VALID" : "INVALID";
  return `${[
    `# ${run.sutName}, ${rules.model}, ${rules.name}`,
    "",
    ...markLines(run.mark),
    "",
    `By LoadGen's rules the performance run is ${said}. Rules: ${rules.rulesetId}, LoadGen ${rules.loadgenVersion}.`,
    accuracy === null
      ? `There is no accuracy: ${why}.`
      : `The accuracy is that of trial ${accuracy.trial.spec.trialId}. Its log holds texts in UTF-8 and not token ids.`,
    "MLPerf accepts logs of its own LoadGen: `ceteris loadgen` makes them against the same server.",
  ].join("\n")}\n`;
}

function sourceReadme({ mark }: MlperfRun): string {
  const where = "The load generator is Ceteris; the engine's command line is in the trial's `launch.json`.";
  return `${[...markLines(mark), "", where].join("\n")}\n`;
}
