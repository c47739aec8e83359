import { createHash } from "node:crypto";
import { join, relative, resolve } from "node:path";
import {
  accuracyRun,
  performanceRun,
  rulesOfTrial,
  treeOf,
  type Division,
  type ExportedAccuracy,
  type MlperfScores,
} from "../exporters/mlperf/index.ts";
import { rulesetScenarioNames } from "../matrix/ruleset-shelf.ts";
import { loadRuleset, rulesetScenario } from "../matrix/rulesets.ts";
import { globMatcher } from "../run/glob.ts";
import { rulesetPlaces } from "../run/load-plan.ts";
import { fidelities } from "../schema/fidelity.ts";
import { exitCodes } from "../schema/exit-code.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { RulesetScenario } from "../schema/ruleset.ts";
import type { Trial } from "../schema/trial.ts";
import { statuses } from "../schema/verdict.ts";
import { readOutputs, readRequests, readTrials } from "../store/index.ts";
import type { World } from "../world/world.ts";
import { explainFault } from "./explain.ts";
import { resultsFolderOf, studyNamed, type ResultsOptions } from "./results-folder.ts";

export interface ExportMlperfOptions extends ResultsOptions {
  study: string;
  out?: string;
  experiment?: string;
  division?: Division;
  submitter?: string;
}

/** `ceteris export mlperf STUDY`: the submission tree of every experiment with a ruleset; prints each folder with its result. */
export async function exportMlperfCommand(world: World, options: ExportMlperfOptions): Promise<number> {
  const resultsFolder = resultsFolderOf(world, options);
  const study = await studyNamed(world, resultsFolder, options.study);
  if (!study.ok) return explainFault(world, study.problem);
  const studyFolder = join(resultsFolder, study.value);
  const trials = await readTrials(world, studyFolder);
  if (!trials.ok) return explainFault(world, trials.problem);
  const chosen = chosenTrials(study.value, trials.value, options.experiment ?? "*");
  if (!chosen.ok) return explainFault(world, chosen.problem);
  const out = resolve(world.machine.workingFolder, options.out ?? "mlperf");
  let refused = 0;
  const written = new Set<string>();
  for (const trial of chosen.value) {
    const exported = await exportTrial(world, { trial, trials: trials.value, studyFolder, out, options, written });
    if (exported.ok) world.streams.out(`${exported.value}\n`);
    else {
      refused += 1;
      world.streams.err(`ceteris: left out: ${exported.problem.message}\n  ${exported.problem.hint}\n`);
    }
  }
  return refused === chosen.value.length ? exitCodes.misconfigured : exitCodes.done;
}

/** One performance trial of each experiment that has a ruleset: the highest fidelity, then the best verdict, then the latest. */
function chosenTrials(study: string, trials: readonly Trial[], glob: string): Result<Trial[]> {
  const matches = globMatcher(glob);
  const performance = trials.filter(({ spec, verdict }) => {
    const ran = verdict.status !== "FAILED" && verdict.status !== "SKIPPED";
    return spec.purpose === "performance" && ran && matches(spec.experiment);
  });
  if (performance.length === 0) {
    const names = [...new Set(trials.map(({ spec }) => spec.experiment))].join(", ");
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
}

/** Writes one pair; what is told of it is its folder and what LoadGen's rules say. */
async function exportTrial(world: World, request: ExportRequest): Promise<Result<string>> {
  const { trial, trials, studyFolder, out, options, written } = request;
  const rules = await rulesFor(world, trial);
  if (!rules.ok) return rules;
  const requests = await readRequests(world, folderOf(studyFolder, trial));
  if (requests === null) return fail("no-requests", `${trial.spec.trialId} stored no request`, "Run it again.");
  const exported = performanceRun(trial, rules.value, requests);
  if (!exported.ok) return exported;
  const accuracy = await accuracyFor(world, request, rules.value);
  const tree = treeOf(
    {
      rules: rules.value,
      performance: { trial, exported: exported.value },
      accuracy,
      why: `no finished accuracy trial of the same configuration among ${trials.length} trials`,
    },
    {
      division: options.division ?? "open",
      submitter: options.submitter ?? "ceteris",
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
    },
  );
  if (written.has(tree.folder)) {
    const hint = "Export them into different folders: --experiment NAME --out DIR.";
    return fail("same-folder", `${trial.spec.experiment}: another experiment has written ${tree.folder}`, hint);
  }
  written.add(tree.folder);
  for (const [path, text] of tree.files) await world.files.writeText(join(out, path), text);
  const { results, folder } = tree;
  const said = results.valid ? "VALID" : "INVALID";
  const shown = relative(world.machine.workingFolder, join(out, folder));
  return succeed(`${shown}: ${said} by LoadGen's rules, ${trial.verdict.status} by ours`);
}

function folderOf(studyFolder: string, { spec }: Trial): string {
  return join(studyFolder, spec.experimentId, spec.trialId);
}

async function rulesFor(world: World, trial: Trial): Promise<Result<RulesetScenario>> {
  const named = rulesOfTrial(trial);
  const [id = "", model = ""] = named?.ruleset.split("/") ?? [];
  const root = world.machine.workingFolder;
  const { folders } = await rulesetPlaces(world, root);
  const read = (path: string): string | null => world.files.readTextSync(path);
  const { ruleset, diagnostics } = loadRuleset({ name: id, read, rulesetFolders: folders, root });
  const name = Object.entries(rulesetScenarioNames).find(([ours]) => ours === named?.scenario)?.[1];
  const found = ruleset === null || name === undefined ? null : rulesetScenario(ruleset, model, name);
  if (found !== null) return succeed(found);
  const why = diagnostics[0]?.message ?? `${id} has no scenario ${named?.scenario} for ${model}`;
  const hint = "Run this command where the study was run, beside its experiments/rulesets.";
  return fail("unknown-ruleset", `${trial.spec.trialId}: ${why}`, hint);
}

/** The latest accuracy trial of the same configuration, build and sampling. */
async function accuracyFor(
  world: World,
  { trial, trials, studyFolder }: ExportRequest,
  rules: RulesetScenario,
): Promise<ExportedAccuracy | null> {
  const same = trials.filter(
    ({ spec, accuracyKey, resolvedId }) =>
      spec.purpose === "accuracy" && accuracyKey === trial.accuracyKey && resolvedId === trial.resolvedId,
  );
  const latest = same.toSorted((left, right) => Date.parse(right.startedAt) - Date.parse(left.startedAt));
  for (const candidate of latest) {
    const folder = folderOf(studyFolder, candidate);
    const [outputs, requests] = [await readOutputs(world, folder), await readRequests(world, folder)];
    if (outputs === null || requests === null) continue;
    const texts = new Map(outputs.map(({ sample, prediction }) => [sample, prediction]));
    const answers = requests
      .map(({ sample, endNs, outputTokens }, sequence) => {
        return { sequence, sample, endNs, text: texts.get(sample) ?? "", tokens: outputTokens };
      })
      .toSorted((left, right) => left.endNs - right.endNs)
      .map(({ endNs: _endNs, ...answer }) => answer);
    const exported = accuracyRun(candidate, rules, requests);
    return { trial: candidate, exported, answers, scores: scoresOf(candidate, outputs.length) };
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
