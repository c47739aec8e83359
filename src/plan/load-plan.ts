import { dirname, join, resolve } from "node:path";
import { countTrials, designKinds, expandStudy, orderTrials } from "../design/index.ts";
import {
  lintStudy,
  loadEngine,
  loadRecovery,
  loadRuleset,
  loadStudy,
  modelLengthOf,
  sortDiagnostics,
} from "../matrix/index.ts";
import { slowPatterns } from "../world/slow-patterns.ts";
import { tooManyExperiments } from "./too-many-experiments.ts";
import { metricDefinitions } from "../metrics/index.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import type { Expansion } from "../schema/experiment.ts";
import type { Plan } from "../schema/plan.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import { noRecovery, type RecoveryPolicy } from "../schema/recovery.ts";
import { engineIsReplaced } from "../schema/sut.ts";
import type { World } from "../world/world.ts";
import { defined } from "../schema/json.ts";

const statsByMetric = new Map(metricDefinitions.map(({ id, stats }) => [id, stats]));

export interface PlanRequest {
  matrix: string;
  sut?: string;
  /** Of a server that runs already, in the place of the matrix's. */
  url?: string;
  fidelity?: Fidelity;
  seed?: number;
  /** Blocks in which each row is measured, in place of what matrix and workloads say. */
  repeats?: number;
}

export interface LoadedPlan {
  /** Null where the matrix cannot be understood at all. */
  plan: (Plan & { expansion: Expansion }) | null;
  diagnostics: Diagnostic[];
  /** The study's folder: fragments and datasets lie in it. */
  root: string;
  /** What a run does when an engine fails. */
  recovery: RecoveryPolicy;
}

/** Texts to plan: read, expand, lint, order. Nothing but files is touched, and those are only read. */
export async function loadPlan(world: World, request: PlanRequest): Promise<LoadedPlan> {
  const { sut, url, fidelity, seed } = request;
  const file = await matrixFile(world, request.matrix);
  const root = await studyRoot(world, dirname(file));
  if ((await world.files.stat(file))?.folder === true)
    return { plan: null, diagnostics: [isFolder(request.matrix)], root, recovery: noRecovery };
  const { study, diagnostics } = loadStudy({
    file,
    root,
    read: (path) => world.files.readTextSync(path),
    designs: designKinds,
    sutFolders: sutFolders(world, root),
    rulesets: await rulesetPlaces(world, root),
    engines: await engineNames(world, root),
    catalogues: await catalogueNames(world, root),
    realPath: (path) => world.files.realPath(path),
    ...((await hasOwnEngines(world, root)) ? { slowPatterns } : {}),
    overrides: defined({ sut, url, fidelity, seed }),
  });
  const recovery = await recoveryPolicy(world, root);
  if (!study) return { plan: null, diagnostics: [...diagnostics, ...recovery.diagnostics], root, recovery: noRecovery };
  // Another engine's results are another study: they never share a folder, a report or an MLflow run with the matrix's own.
  if (engineIsReplaced(study)) study.name = `${study.name}-${study.engine.name}`;
  if (request.repeats !== undefined) {
    study.repeats = request.repeats;
    for (const { counts } of study.workloads) delete counts[study.fidelity].repeats;
  }
  const tooMany = tooManyExperiments(study);
  if (tooMany !== null) {
    const all = sortDiagnostics([...diagnostics, tooMany], study.file);
    return { plan: null, diagnostics: all, root, recovery: noRecovery };
  }
  const expansion = expandStudy(study);
  const trials = orderTrials(study, expansion);
  const linted = lintStudy(study, expansion, {
    // Those of a search are not in the order: they are counted.
    trials: study.peak === null ? trials.length : countTrials(study, expansion),
    metrics: statsByMetric,
    modelLengthOf: (model) => modelLength(world, resolve(root, model)),
  });
  const all = sortDiagnostics([...diagnostics, ...linted, ...recovery.diagnostics], study.file);
  const { experiments, contrasts } = expansion;
  return {
    plan: { study, experiments, contrasts, expansion, trials, diagnostics: all },
    diagnostics: all,
    root,
    recovery: recovery.value ?? noRecovery,
  };
}

/** A matrix by its path from the working folder; where there is none, from the folder of the program, which ships with some. */
async function matrixFile({ files, machine }: World, matrix: string): Promise<string> {
  const [own, shipped] = [resolve(machine.workingFolder, matrix), resolve(machine.packageFolder, matrix)];
  return (await files.stat(own)) === null && (await files.stat(shipped))?.folder === false ? shipped : own;
}

function isFolder(matrix: string): Diagnostic {
  const at = { file: matrix, line: 1, column: 1 };
  const hint = "name a matrix file in it, for instance matrices/stacked.yaml";
  return { code: "missing-file", severity: "error", ...at, message: `${matrix} is a folder`, hint };
}

/** Context length, in tokens, of a model that lies in a folder; null for a name on the hub. */
function modelLength(world: World, folder: string): number | null {
  if (folder.includes("\0")) return null; // `no-model` says so
  const config = world.files.readTextSync(join(folder, "config.json"));
  return config === null ? null : modelLengthOf(config);
}

/** Engine files of the study's own folder win over those that come with the program. */
export function sutFolders(world: World, root: string): string[] {
  return [...new Set([join(root, "sut"), join(world.machine.packageFolder, "sut")])];
}

/** The engine of a name among the files of a study, by those of a version where one is given; and what is wrong with them. */
export function engineNamed(world: World, root: string, name: string, version?: string): ReturnType<typeof loadEngine> {
  return loadEngine({
    name,
    root,
    sutFolders: sutFolders(world, root),
    read: (path) => world.files.readTextSync(path),
    ...(version === undefined ? {} : { version }),
  });
}

/** False where all engine files are those that came with the program, whose patterns are known to be quick. */
async function hasOwnEngines({ files, machine }: World, root: string): Promise<boolean> {
  return root !== machine.packageFolder && (await files.list(join(root, "sut"))).some((name) => name.endsWith(".yaml"));
}

/** Engines that there are: files that say where the engine comes from, or extend one that does. */
export async function engineNames(world: World, root: string): Promise<string[]> {
  const files = await engineFiles(world, root);
  const isEngine = (name: string, below: readonly string[] = []): boolean =>
    files.some(({ name: own, text }) => {
      const parent = /^extends: *["']?([\w.-]+)/m.exec(text)?.[1];
      if (own !== name || below.includes(name)) return false;
      return /^(environment|command):/m.test(text) || (parent !== undefined && isEngine(parent, [...below, name]));
    });
  return sortedNames(files).filter((name) => isEngine(name));
}

/** Names of the files of `sut/` whose own text matches, whatever they extend. */
export async function engineFilesWith(world: World, root: string, pattern: RegExp): Promise<string[]> {
  return sortedNames((await engineFiles(world, root)).filter(({ text }) => pattern.test(text)));
}

function sortedNames(files: readonly { name: string }[]): string[] {
  return [...new Set(files.map(({ name }) => name))].toSorted();
}

async function engineFiles(world: World, root: string): Promise<{ name: string; text: string }[]> {
  const files: { name: string; text: string }[] = [];
  for (const folder of sutFolders(world, root)) {
    for (const file of await world.files.list(folder)) {
      const name = /^(.*)\.yaml$/.exec(file)?.[1];
      const text = name === undefined ? null : await world.files.readText(join(folder, file));
      if (name !== undefined && text !== null) files.push({ name, text });
    }
  }
  return files;
}

/** Names of the files that are the options of one version of an engine. */
async function catalogueNames(world: World, root: string): Promise<string[]> {
  const files = await Promise.all(sutFolders(world, root).map((folder) => world.files.list(folder)));
  return files.flat().flatMap((file) => /^(.*-knobs)\.yaml$/.exec(file)?.[1] ?? []);
}

/** The study's own policy, else the one that comes with the program. */
async function recoveryPolicy(world: World, root: string): Promise<ReturnType<typeof loadRecovery>> {
  for (const folder of [root, world.machine.packageFolder]) {
    const path = join(folder, "experiments/policies/recovery.yaml");
    const text = await world.files.readText(path);
    if (text !== null) return loadRecovery(path, text, root);
  }
  return { value: noRecovery, diagnostics: [] };
}

/** Rulesets of the study's own folder win over those that come with the program. */
export async function rulesetPlaces(world: World, root: string): Promise<{ folders: string[]; names: string[] }> {
  const own = [root, world.machine.packageFolder].map((folder) => join(folder, "experiments/rulesets"));
  const folders = [...new Set(own)];
  const files = (await Promise.all(folders.map((folder) => world.files.list(folder)))).flat();
  const names = files.flatMap((file) => (file.endsWith(".yaml") ? [file.slice(0, -".yaml".length)] : []));
  return { folders, names: [...new Set(names)].toSorted() };
}

/** The ruleset of a name among those of the working folder and ours, whose names are `names`; and what is wrong with it. */
export async function rulesetNamed(
  world: World,
  name: string,
): Promise<ReturnType<typeof loadRuleset> & { names: readonly string[] }> {
  const root = world.machine.workingFolder;
  const { folders: rulesetFolders, names } = await rulesetPlaces(world, root);
  const read = (path: string): string | null => world.files.readTextSync(path);
  return { ...loadRuleset({ name, read, rulesetFolders, root }), names };
}

/** The nearest folder above a matrix that holds `experiments/` or `sut/`; the matrix's own folder where none does. */
export async function studyRoot(world: World, folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    for (const sign of ["experiments", "sut"]) {
      const found = await world.files.stat(join(at, sign));
      if (found?.folder) return at;
    }
    if (dirname(at) === at) return folder;
  }
}
