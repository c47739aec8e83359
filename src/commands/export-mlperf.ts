import { hash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import {
  accuracyRun,
  accuracyTrials,
  performanceRun,
  rulesOfTrial,
  treeOf,
  type ComplianceFiles,
  type ExportedAccuracy,
  type MlperfScores,
} from "../exporters/index.ts";
import { loadMlperfFacts, rulesetScenario, rulesetScenarioNames } from "../matrix/index.ts";
import { globMatcher, rulesetNamed } from "../plan/index.ts";
import { fidelities } from "../schema/fidelity.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { MlperfFactsFile } from "../schema/mlperf-facts.ts";
import type { RulesetScenario, SubmissionRules } from "../schema/ruleset.ts";
import { statuses, type Trial } from "../schema/trial.ts";
import { readOutputs, readRequests, readTrials, trialFolder } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { readComplianceFolder, type ComplianceFolder } from "./mlperf/compliance-folder.ts";
import { explainDiagnostics, explainFault, explainLeftOut } from "./explain.ts";
import { resultsFolderOf, studyNamed } from "./results-folder.ts";
import { countText, eachOnce } from "../math/figures.ts";
import type { OptionsOf } from "./flag-kinds.ts";
import type { exportMlperfFlags } from "./flags.ts";

export type ExportMlperfOptions = OptionsOf<typeof exportMlperfFlags> & { study: string };

/** `ceteris export mlperf STUDY`: the submission tree of every experiment with a ruleset; prints each folder with its result. */
export async function exportMlperfCommand(world: World, options: ExportMlperfOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const study = await studyNamed(world, resultsFolder, options.study);
  if (!study.ok) return explainFault(world, study.problem);
  const studyFolder = join(resultsFolder, study.value);
  const trials = await readTrials(world, studyFolder);
  explainLeftOut(world, trials.leftOut);
  const own = await submittersOwn(world, options);
  if (own === null) return exitCodes.misconfigured;
  if (!own.ok) return explainFault(world, own.problem);
  const chosen = chosenTrials(study.value, trials.read, options.experiment ?? "*");
  if (!chosen.ok) return explainFault(world, chosen.problem);
  const out = resolve(world.machine.workingFolder, options.out ?? "mlperf");
  let refused = 0;
  const written = new Set<string>();
  for (const trial of chosen.value) {
    const request = { trial, trials: trials.read, studyFolder, out, options, written, own: own.value };
    const exported = await exportTrial(world, request);
    if (exported.ok) {
      world.streams.out(`${exported.value.said}\n`);
      for (const what of exported.value.missing) world.streams.err(`  submission checker: ${what}\n`);
    } else {
      refused += 1;
      world.streams.err(`ceteris: left out: ${exported.problem.message}\n  ${exported.problem.hint}\n`);
    }
  }
  for (const { folder, record, used } of own.value.compliance) {
    if (used) continue;
    const { test, ruleset, model, scenario, simulated } = record;
    const of = `${test} of ${simulated ? "a simulated engine" : "an engine"} by ${ruleset}/${model}, ${scenario}`;
    world.streams.err(`ceteris: ${folder} was left out: it is ${of}, and no pair that was exported is\n`);
  }
  return refused === chosen.value.length ? exitCodes.misconfigured : exitCodes.done;
}

/** What a submitter has beside the trials. */
interface SubmittersOwn {
  facts: MlperfFactsFile | null;
  compliance: OfferedFolder[];
}

interface OfferedFolder extends ComplianceFolder {
  /** As the user named it. */
  folder: string;
  /** True once a pair has it. */
  used: boolean;
}

/** Null where diagnostics have said what is wrong. */
async function submittersOwn(world: World, options: ExportMlperfOptions): Promise<Result<SubmittersOwn> | null> {
  const root = world.machine.workingFolder;
  let facts: MlperfFactsFile | null = null;
  if (options.facts !== undefined) {
    const path = resolve(root, options.facts);
    const text = await world.files.readText(path);
    if (text === null) return fail("no-facts", `there is no file ${options.facts}`, "See docs/mlperf.md for its form.");
    const loaded = loadMlperfFacts(path, text, root);
    if (explainDiagnostics(world, loaded.diagnostics) || loaded.value === null) return null;
    facts = loaded.value;
  }
  const compliance: OfferedFolder[] = [];
  for (const folder of options.compliance ?? []) {
    const read = await readComplianceFolder(world, resolve(root, folder));
    if (!read.ok) return read;
    compliance.push({ ...read.value, folder, used: false });
  }
  return succeed({ facts, compliance });
}

/** One performance trial of each experiment that has a ruleset: the highest fidelity, then the best verdict, then the latest. */
function chosenTrials(study: string, trials: readonly Trial[], glob: string): Result<Trial[]> {
  const matches = globMatcher(glob);
  const performance = trials.filter(({ spec, verdict }) => {
    const ran = verdict.status !== "FAILED" && verdict.status !== "SKIPPED";
    return spec.purpose === "performance" && ran && matches(spec.experiment);
  });
  if (performance.length === 0) {
    const names = eachOnce(trials.map(({ spec }) => spec.experiment));
    const hint = `It has: ${names === "" ? "no trial yet" : names}.`;
    return fail("nothing-to-export", `${study} has no finished performance trial of an experiment ${glob}`, hint);
  }
  const ruled = performance.filter((trial) => rulesOfTrial(trial) !== null);
  if (ruled.length === 0) {
    const hint =
      "Give the workload `ruleset: mlperf-inference-v6.1/llama3.1-8b` and a scenario of it, and run it again.";
    return fail("no-ruleset", `no trial of ${study} was made by a ruleset: MLPerf's form has no place for it`, hint);
  }
  const best = new Map<string, Trial>();
  for (const trial of ruled) {
    const known = best.get(trial.spec.experimentId);
    if (known === undefined || isBetter(trial, known)) best.set(trial.spec.experimentId, trial);
  }
  return succeed([...best.values()]);
}

function isBetter(trial: Trial, known: Trial): boolean {
  const fidelity = fidelities.indexOf(trial.spec.fidelity) - fidelities.indexOf(known.spec.fidelity);
  const status = statuses.indexOf(known.verdict.status) - statuses.indexOf(trial.verdict.status);
  return (fidelity || status || Date.parse(trial.startedAt) - Date.parse(known.startedAt)) > 0;
}

interface ExportRequest {
  trial: Trial;
  trials: readonly Trial[];
  studyFolder: string;
  out: string;
  options: ExportMlperfOptions;
  /** Folders of the pairs before this one. */
  written: Set<string>;
  own: SubmittersOwn;
}

/** A line on a pair that was written, and what the submission checker will not find of it. */
interface WrittenPair {
  said: string;
  missing: string[];
}

/** Writes one pair; what is told of it is its folder and what LoadGen's rules say. */
async function exportTrial(world: World, request: ExportRequest): Promise<Result<WrittenPair>> {
  const { trial, trials, studyFolder, out, options, written, own } = request;
  const found = await rulesFor(world, trial);
  if (!found.ok) return found;
  const { rules, submission } = found.value;
  const requests = await readRequests(world, trialFolder(studyFolder, trial.spec));
  if (requests === null) return fail("no-requests", `${trial.spec.trialId} stored no request`, "Run it again.");
  if (!requests.ok) return requests;
  const exported = performanceRun(trial, rules, requests.value);
  if (!exported.ok) return exported;
  const accuracy = await accuracyFor(world, request, rules);
  const tree = treeOf(
    {
      rules,
      performance: { trial, exported: exported.value },
      accuracy,
      why: `no finished accuracy trial of the same configuration among ${countText(trials.length, "trial")}`,
    },
    {
      division: options.division ?? "open",
      submitter: options.submitter ?? "ceteris",
      submission,
      facts: own.facts,
      compliance: complianceOf(own.compliance, rules, trial),
      sha256: (text) => hash("sha256", text),
    },
  );
  if (written.has(tree.folder)) {
    const hint = "Export them into different folders: --experiment NAME --out DIR.";
    return fail("same-folder", `${trial.spec.experiment}: another experiment has written ${tree.folder}`, hint);
  }
  written.add(tree.folder);
  for (const [path, text] of tree.files) await world.files.writeText(join(out, path), text);
  for (const [path, text] of tree.wholeLogs) await world.files.writeText(join(`${out}-whole-logs`, path), text);
  const { results, folder, missing } = tree;
  const said = results.valid ? "VALID" : "INVALID";
  const shown = relative(world.machine.workingFolder, join(out, folder));
  return succeed({ said: `${shown}: ${said} by LoadGen's rules, ${trial.verdict.status} by ours`, missing });
}

/** Those of this pair's rules and scenario; answers of a simulated engine belong to simulated trials alone. */
function complianceOf(folders: readonly OfferedFolder[], rules: RulesetScenario, trial: Trial): ComplianceFiles[] {
  const own = folders.filter(({ record }) => {
    const { ruleset, model, scenario, simulated } = record;
    const isSame = ruleset === rules.rulesetId && model === rules.model && scenario === rules.name;
    return isSame && simulated === (trial.origin === "simulated");
  });
  for (const folder of own) folder.used = true;
  return own.map(({ files }) => files);
}

async function rulesFor(
  world: World,
  trial: Trial,
): Promise<Result<{ rules: RulesetScenario; submission: SubmissionRules }>> {
  const named = rulesOfTrial(trial);
  const [id = "", model = ""] = named?.ruleset.split("/") ?? [];
  const { ruleset, diagnostics } = await rulesetNamed(world, id);
  const name = Object.entries(rulesetScenarioNames).find(([ours]) => ours === named?.scenario)?.[1];
  const rules = ruleset === null || name === undefined ? null : rulesetScenario(ruleset, model, name);
  if (ruleset !== null && rules !== null) return succeed({ rules, submission: ruleset.submission });
  const why = diagnostics[0]?.message ?? `${id} has no scenario ${named?.scenario} for ${model}`;
  const hint = "Run this command where the study was run, beside its experiments/rulesets.";
  return fail("unknown-ruleset", `${trial.spec.trialId}: ${why}`, hint);
}

/** The latest accuracy trial whose tables can be read. */
async function accuracyFor(
  world: World,
  { trial, trials, studyFolder }: ExportRequest,
  rules: RulesetScenario,
): Promise<ExportedAccuracy | null> {
  for (const candidate of accuracyTrials(trials, trial)) {
    const folder = trialFolder(studyFolder, candidate.spec);
    const [outputs, requests] = [await readOutputs(world, folder), await readRequests(world, folder)];
    for (const read of [outputs, requests]) {
      if (read?.ok === false) explainFault(world, read.problem);
    }
    if (outputs?.ok !== true || requests?.ok !== true) continue;
    const texts = new Map(outputs.value.map(({ sample, prediction }) => [sample, prediction]));
    const answers = requests.value
      .map(({ sample, endNs, outputTokens }, sequence) => {
        return { sequence, sample, endNs, text: texts.get(sample) ?? "", tokens: outputTokens };
      })
      .toSorted((left, right) => left.endNs - right.endNs)
      .map(({ endNs: _endNs, ...answer }) => answer);
    const exported = accuracyRun(candidate, rules, requests.value);
    return { trial: candidate, exported, answers, scores: scoresOf(candidate, outputs.value.length) };
  }
  return null;
}

/** Null where the data set has no references. */
function scoresOf({ measurements }: Trial, genNum: number): MlperfScores | null {
  const value = (metric: string): number | null => measurements.find((row) => row.metric === metric)?.value ?? null;
  const [rouge1, rouge2, rougeL, rougeLsum, genLen] = ["rouge1", "rouge2", "rougeL", "rougeLsum", "gen_len"].map(value);
  if (rouge1 == null || rouge2 == null || rougeL == null || rougeLsum == null || genLen == null) return null;
  return { rouge1, rouge2, rougeL, rougeLsum, genLen, genNum };
}
