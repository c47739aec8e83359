import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { measurementMembers, systemMembers } from "../../src/schema/mlperf-facts.ts";
import type { RulesetScenario, SubmissionRules } from "../../src/schema/ruleset.ts";

/**
 * What MLPerf's submission checker asks of a tree, in words of our own, so that a test needs no checkout of it. The rules were
 * read in tools/submission/submission_checker/checks/ of mlcommons/inference b66003e; how the program itself is run on a tree,
 * and what it said, is in docs/mlperf.md.
 */
export interface TreeRules {
  submission: SubmissionRules;
  /** By the scenario's folder. */
  scenarios: ReadonlyMap<string, RulesetScenario>;
  /** The metric that is the result, by the scenario's folder. */
  resultKeys: Readonly<Record<string, string>>;
}

type Values = Map<string, unknown>;

/** What is wrong with a tree of one division; empty where all is as it has to be. */
export function problemsOfTree(root: string, division: string, rules: TreeRules): string[] {
  const problems: string[] = [];
  for (const submitter of folders(join(root, division))) {
    const home = join(root, division, submitter);
    for (const system of folders(join(home, "results"))) {
      const say = (what: string): void => void problems.push(`${system}: ${what}`);
      systemProblems(join(home, "systems", `${system}.json`), { division, submitter }).forEach(say);
      if (division === "closed" && !existsSync(join(home, "documentation/calibration.md"))) say("no calibration.md");
      for (const model of folders(join(home, "results", system))) {
        const names = folders(join(home, "results", system, model));
        if (division === "closed" && !names.includes("Offline")) say("no Offline");
        if (division === "closed" && !names.includes("Server") && !names.includes("Interactive")) say("no Server");
        for (const scenario of names) {
          const found = scenarioProblems(home, { division, system, model, scenario }, rules);
          problems.push(...found.map((what) => `${system}/${scenario}: ${what}`));
        }
      }
    }
  }
  return problems;
}

function systemProblems(path: string, names: Record<string, string>): string[] {
  const system = JSON.parse(read(path)) as Record<string, string>;
  const needed = Object.entries(systemMembers).flatMap(([member, isNeeded]) => {
    const value = system[member];
    return value === undefined || (isNeeded && value === "") ? [`${member} is missing`] : [];
  });
  const types = ["datacenter", "edge", "datacenter,edge", "edge,datacenter"];
  return [
    ...needed,
    ...(["available", "preview", "rdi"].includes(system["status"]!.toLowerCase()) ? [] : ["status"]),
    ...(types.includes(system["system_type"]!) ? [] : ["system_type"]),
    ...Object.entries(names).flatMap(([name, value]) => (system[name] === value ? [] : [`${name} of the folder`])),
  ];
}

interface Place {
  division: string;
  system: string;
  model: string;
  scenario: string;
}

function scenarioProblems(home: string, place: Place, { submission, scenarios, resultKeys }: TreeRules): string[] {
  const { division, system, model, scenario } = place;
  const rules = scenarios.get(scenario);
  if (rules === undefined) return ["unknown scenario"];
  const below = join(system, model, scenario);
  const run = join(home, "results", below);
  const isApart = submission.tree === "measurements_apart";
  const described = isApart ? join(home, "measurements", below) : run;
  const compliance = isApart ? join(home, "compliance", below) : run;
  const source = isApart ? join(home, "code", model) : join(home, "src");
  const measured = isApart ? `${system}_ceteris_${scenario}.json` : "measurements.json";
  const tests = Object.entries(submission.compliance).filter(([, models]) => models.includes(model));
  return [
    ...performanceProblems(valuesOf(join(run, "performance/run_1/mlperf_log_detail.txt")), place, rules, resultKeys),
    ...accuracyProblems(join(run, "accuracy"), division, rules, submission),
    ...["user.conf", "README.md"].filter((name) => read(join(described, name)) === ""),
    ...measurementProblems(join(described, measured)),
    ...(existsSync(source) ? [] : ["no source folder"]),
    ...(division === "closed" ? tests.flatMap(([test]) => test06Problems(join(compliance, test))) : []),
  ];
}

function performanceProblems(
  log: Values,
  { division, scenario }: Place,
  rules: RulesetScenario,
  resultKeys: TreeRules["resultKeys"],
): string[] {
  const figure = (key: string): number => Number(log.get(key) ?? NaN);
  const seeds = [rules.seeds.qsl, rules.seeds.sampleIndex, rules.seeds.schedule];
  const said = ["qsl", "sample_index", "schedule"].map((name) => log.get(`effective_${name}_rng_seed`));
  const isOffline = rules.scenario === "Offline";
  const below = (key: string, ms: number | null): boolean => figure(key) < (ms ?? Infinity) * 1e6;
  const rows: [string, boolean][] = [
    ["scenario", log.get("effective_scenario") === rules.scenario],
    ["seeds", said.join() === seeds.join()],
    ["performance_sample_count", figure("effective_performance_sample_count") >= rules.performanceSamples],
    ["min_duration", figure("effective_min_duration_ms") >= rules.minDurationMs],
    ["use_token_latencies", log.get("requested_use_token_latencies") === true],
    ["result", figure(resultKeys[scenario] ?? "") > 0],
    [
      "samples_per_query",
      !isOffline || division !== "closed" || figure("effective_samples_per_query") >= rules.performanceSamples,
    ],
    ["early stopping", isOffline || log.get("early_stopping_met") === true],
    ["TTFT", isOffline || below("result_first_token_99.00_percentile_latency_ns", rules.limits.ttftMs)],
    ["TPOT", isOffline || below("result_time_per_output_token_99.00_percentile_ns", rules.limits.tpotMs)],
  ];
  return rows.flatMap(([what, met]) => (met ? [] : [`performance: ${what}`]));
}

function accuracyProblems(
  folder: string,
  division: string,
  rules: RulesetScenario,
  { accuracyLogLimit }: SubmissionRules,
): string[] {
  const wanted = ["accuracy.txt", "mlperf_log_accuracy.json", "mlperf_log_detail.txt", "mlperf_log_summary.txt"];
  const files = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  if (files.join() !== wanted.join()) return [`accuracy: its files are ${files.join(", ")}`];
  const text = read(join(folder, "accuracy.txt"));
  const samples = valuesOf(join(folder, "mlperf_log_detail.txt")).get("effective_accuracy_sample_count");
  const gates = rules.gates.flatMap(({ metric, atLeast, atMost }) => {
    const value = Number(new RegExp(`'${metric}':\\s+'?([\\d.]+)`).exec(text)?.[1] ?? NaN);
    return value >= (atLeast ?? 0) && value <= (atMost ?? Infinity) ? [] : [`accuracy: ${metric} is ${value}`];
  });
  return [
    ...(division === "closed" ? gates : []),
    ...(/^hash=[0-9a-f]{64}$/m.test(text) ? [] : ["accuracy: no hash"]),
    ...(statSync(join(folder, "mlperf_log_accuracy.json")).size <= accuracyLogLimit ? [] : ["accuracy: not truncated"]),
    ...(samples === rules.accuracySamples ? [] : [`accuracy: ${String(samples)} samples`]),
  ];
}

function measurementProblems(path: string): string[] {
  const measured = JSON.parse(read(path)) as Record<string, string>;
  return measurementMembers.filter((member) => !measured[member]).map((member) => `measurements: ${member}`);
}

function test06Problems(folder: string): string[] {
  const lines = read(join(folder, "verify_accuracy.txt")).split("\n");
  const first = ["First token check pass: True", "First token check pass: Skipped"];
  const isPassed =
    first.some((line) => lines.includes(line)) &&
    lines.includes("EOS check pass: True") &&
    lines.includes("Sample length check pass: True");
  return isPassed ? [] : [`compliance: ${folder} did not pass`];
}

/** Each line is the marker and an object; one that is an error is a problem of its own. Seeds stay texts. */
function valuesOf(path: string): Values {
  const values: Values = new Map();
  for (const line of read(path).trimEnd().split("\n")) {
    if (!line.startsWith(":::MLLOG ")) throw new Error(`no line of a log: ${line.slice(0, 80)}`);
    const json = line.slice(":::MLLOG ".length).replace(/(_rng_seed", "value": )(\d+)/, '$1"$2"');
    const { key, value, metadata } = JSON.parse(json) as {
      key: string;
      value: unknown;
      metadata: { is_error: boolean };
    };
    if (metadata.is_error) throw new Error(`an error: ${line.slice(0, 200)}`);
    if (!values.has(key)) values.set(key, value);
  }
  return values;
}

function folders(path: string): string[] {
  const entries = existsSync(path) ? readdirSync(path, { withFileTypes: true }) : [];
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
}

function read(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
