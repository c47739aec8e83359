import type { MlperfFactsFile } from "../../schema/mlperf-facts.ts";
import type { RulesetScenario, SubmissionRules } from "../../schema/ruleset.ts";
import type { Trial } from "../../schema/trial.ts";
import { usedGpus } from "../../schema/used-devices.ts";
import { accuracyLog, accuracyText, truncatedLog, type MlperfAnswer, type MlperfScores } from "./accuracy-log.ts";
import { detailLog } from "./detail-log.ts";
import type { ExportedRun } from "./from-trial.ts";
import { marked, markLines } from "./mark.ts";
import { resultsOf, type MlperfResults } from "./results.ts";
import { submissionPaths } from "./paths.ts";
import type { MlperfRun } from "./run.ts";
import { accuracySummaryLog, summaryLog } from "./summary-log.ts";
import { calibrationText, measurementsDescription, openMembers, systemDescription } from "./system.ts";
import { missingOf } from "./missing.ts";
import { isStream } from "../../math/loadgen/settings.ts";

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

/** A compliance test that was run beside the trials, by the official LoadGen. */
export interface ComplianceFiles {
  /** `TEST06`. */
  test: string;
  /** By their paths below the test's folder. */
  files: ReadonlyMap<string, string>;
}

export interface TreeOptions {
  division: Division;
  submitter: string;
  submission: SubmissionRules;
  /** Null where the submitter gave none. */
  facts: MlperfFactsFile | null;
  compliance: readonly ComplianceFiles[];
  /** Hex digest of a text. */
  sha256: (text: string) => string;
}

/** The files of one pair, by their paths below the tree's root, and what LoadGen's rules say of the run. */
export interface ExportedFiles {
  files: Map<string, string>;
  /** Logs that stand in the tree cut short, whole, by the same paths: MLPerf may ask a submitter for them. */
  wholeLogs: Map<string, string>;
  folder: string;
  results: MlperfResults;
  /** What the submission checker will not find, each in a sentence. */
  missing: string[];
}

/** The submission tree of MLPerf Inference for one pair, as its round has it: `<division>/<submitter>/{systems,results,…}`. */
export function treeOf(pair: ExportedPair, options: TreeOptions): ExportedFiles {
  const { rules, performance, accuracy } = pair;
  const { division, submitter, submission, facts, compliance, sha256 } = options;
  const { trial, exported } = performance;
  const { run, queries, issued } = exported;
  const { mark } = run;
  const owner = marked(submitter, mark);
  const system = marked(safe(systemName(trial)), mark);
  const filed = { division, submitter: owner, system, model: safe(rules.model), scenario: safe(rules.name) };
  const at = submissionPaths(submission.tree, filed);
  const results = resultsOf(run, issued);
  const described = systemDescription(trial, { mark, division, submitter: owner, system, facts });
  const measured = measurementsDescription(trial, mark, facts);
  const log = accuracy === null ? "" : accuracyLog(accuracy.exported.run.mark, accuracy.answers);
  const files = new Map([
    [`${at.run}/performance/run_1/mlperf_log_summary.txt`, summaryLog(run, results)],
    [`${at.run}/performance/run_1/mlperf_log_detail.txt`, detailLog(run, queries, results)],
    // LoadGen leaves an empty list after a performance run.
    [`${at.run}/performance/run_1/mlperf_log_accuracy.json`, accuracyLog(mark, [])],
    [at.measurements, json(measured)],
    [`${at.described}/user.conf`, userConf(run, rules)],
    [`${at.described}/README.md`, readme(pair, results)],
    [`${at.source}/README.md`, sourceReadme(run)],
    [at.calibration, calibrationText(trial, mark, facts)],
    [at.system, json(described)],
  ]);
  const shortLog = truncatedLog(log, submission);
  if (accuracy !== null)
    for (const [name, text] of accuracyFiles(accuracy, shortLog, sha256(log)))
      files.set(`${at.run}/accuracy/${name}`, text);
  for (const { test, files: logs } of compliance)
    for (const [name, text] of logs) files.set(`${at.compliance}/${test}/${name}`, text);
  return {
    files,
    wholeLogs: new Map(shortLog === log ? [] : [[`${at.run}/accuracy/mlperf_log_accuracy.json`, log]]),
    folder: at.run,
    results,
    missing: missingOf(pair, options, openMembers({ ...described, ...measured })),
  };
}

function accuracyFiles({ exported, scores }: ExportedAccuracy, log: string, digest: string): [string, string][] {
  const { run, queries } = exported;
  const made: [string, string][] = [
    ["mlperf_log_accuracy.json", log],
    ["mlperf_log_summary.txt", accuracySummaryLog(run)],
    ["mlperf_log_detail.txt", detailLog(run, queries, null)],
  ];
  if (scores !== null) made.push(["accuracy.txt", accuracyText(scores, markLines(run.mark), digest)]);
  return made;
}

/** The GPUs that the engine could use, and the row, so that two configurations do not share a folder. */
function systemName({ provenance, labels }: Trial): string {
  const gpus = usedGpus(provenance);
  const name = gpus[0]?.["name"];
  const machine = typeof name === "string" ? `${gpus.length}x${name}` : "cpu";
  return [machine, labels.row, ...(labels.system === undefined ? [] : [labels.system])].join("-");
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
  const rate = isStream(scenario) ? `${key}.target_latency = ${1000 / targetQps}` : `${key}.target_qps = ${targetQps}`;
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
