import { resolve } from "node:path";
import type { ComputedMember } from "../schema/computed.ts";
import type { Diagnostic } from "../schema/diagnostic.ts";
import { canonicalJson } from "../schema/json.ts";
import { runsAlready, versionKey, type Engine } from "../schema/engine.ts";
import type { DesignForms } from "../schema/design.ts";
import { matrixFile, type MatrixFile } from "../schema/matrix-file.ts";
import { onceEach } from "../schema/once-each.ts";
import type { Study } from "../schema/study.ts";
import type { Fidelity } from "../schema/fidelity.ts";
import { chosenEngine } from "./engine/chosen-engine.ts";
import { gatherEngine } from "./engine/engine.ts";
import { gatherEnvironments } from "./engine/environments.ts";
import { namedEngines, valuesOfSut } from "./engine/sut-in-matrix.ts";
import { displayPath, newGathering, parsedFile, refuse, withFragments, type Gathering } from "./yaml/fragments.ts";
import { diagnosticAt, sortDiagnostics, startOf } from "./yaml/places.ts";
import { rulesetShelf, type RulesetPlaces } from "./rulesets/ruleset-shelf.ts";
import { shapeChecker } from "./yaml/shape.ts";
import { withoutSecrets } from "./server-access.ts";
import { studyOf } from "./study.ts";
import { takeComputed } from "./workload/computed-members.ts";
import { textOf, toJson, withEntry, type MapTree, type Tree } from "./yaml/tree.ts";

/** Checks of a matrix, by the kinds of designs that it may have: making one takes longer than all else here. */
const shapeCheck = onceEach((designs: DesignForms) => shapeChecker(matrixFile(designs)), new WeakMap());

export interface StudyRequest {
  /** The matrix; where it is relative, from `root`. */
  file: string;
  /** The study's folder, absolute: what no `use:` may leave, and what diagnostics name files from. */
  root: string;
  /** Null where there is no such file. */
  read: (path: string) => string | null;
  /** Kinds of designs that a matrix may have. */
  designs: DesignForms;
  /** Absolute; the first that has `<engine>.yaml` wins. */
  sutFolders: string[];
  /** Absent where the matrix can name none. */
  rulesets?: RulesetPlaces;
  /** Names of the engine files there are, to suggest one where the matrix names another. */
  engines?: readonly string[];
  /** Names of the catalogues there are, to name their versions. */
  catalogues?: readonly string[];
  realPath?: Gathering["realPath"];
  slowPatterns?: Gathering["slowPatterns"];
  overrides: { sut?: string; url?: string; fidelity?: Fidelity; seed?: number };
}

/**
 * A matrix with its fragments and its engine file. Every mistake in them is a diagnostic; where enough is right there is a
 * study all the same, so that `lintStudy` can find the others: whoever wants to run it looks for errors first.
 */
export function loadStudy(request: StudyRequest): { study: Study | null; diagnostics: Diagnostic[] } {
  const path = resolve(request.root, request.file);
  const file = displayPath(request.root, path);
  const { root, read, engines = [], catalogues = [], realPath, slowPatterns } = request;
  const gathering = { ...newGathering(root, read), engines, catalogues, realPath, slowPatterns };
  const study = gatherStudy(path, file, request, gathering);
  return { study, diagnostics: sortDiagnostics(gathering.diagnostics, file) };
}

function gatherStudy(path: string, file: string, request: StudyRequest, gathering: Gathering): Study | null {
  const text = request.read(path);
  if (text === null) {
    const hint = "name a matrix file, for instance matrices/stacked.yaml";
    return refuse(gathering, startOf(file), "missing-file", `there is no ${file}`, hint);
  }
  const parsed = parsedFile(path, file, text, gathering);
  if (parsed === null) return null;
  const written = withoutSecrets(parsed, gathering);
  const merged = mergedMatrix(written, path, gathering);
  const shaped = shapeCheck(request.designs)(merged.tree, gathering.texts);
  gathering.diagnostics.push(...shaped.diagnostics);
  shaped.places.leftOut = new Set([...shaped.places.leftOut, ...merged.incomplete]);
  const matrix = shaped.value as Partial<MatrixFile>;

  const sut = written.entries.get("sut")?.tree;
  const declared = sut === undefined ? null : textOf(sut, "engine");
  if (sut?.kind !== "map" || declared === null) return null;
  const environments = gatherEnvironments(merged.tree, request, gathering);
  const named = sut.entries.get("environment")?.tree;
  const there = named === undefined ? undefined : environments.get(canonicalJson(toJson(named)));
  const version = textOf(sut, "version")?.text ?? there?.version ?? undefined;
  const engine = chosenEngine(sut, declared, { ...request, version }, gathering);
  if (engine === null) return null;
  // Where the command line names an engine, it takes the place of each that the matrix names.
  const others = namedEngines(merged.tree).filter((other) => other.text !== declared.text);
  const engines = new Map([[declared.text, engine]]);
  for (const other of others) {
    const found =
      request.overrides.sut === undefined && engine.name === declared.text
        ? gatherEngine(other.text, other.at, request.sutFolders, gathering)
        : engine;
    if (found !== null) engines.set(other.text, found);
  }
  if (engine.name === declared.text) addVersions(engines, merged.tree, environments, request, gathering);
  const headers = sut.entries.get("headers");
  if (headers !== undefined && request.overrides.sut === undefined && ![...engines.values()].some(runsAlready)) {
    const message = `\`headers\` are for a server that runs already, and \`${engine.name}\` is started by Ceteris`;
    refuse(gathering, headers.key, "not-a-server", message, "write `engine: endpoint`, or take `headers` out");
  }
  return studyOf({
    matrix,
    file,
    designs: request.designs,
    engine,
    engines,
    environments,
    computed: merged.computed,
    declaredEngine: declared.text,
    places: shaped.places,
    fragments: merged.fragments,
    incomplete: merged.incomplete,
    overrides: request.overrides,
    standIn: standInOf(engine, declared.text),
    root: request.root,
    shelf: rulesetShelf(request.rulesets ?? { folders: [], names: [] }, gathering),
    report: (finding) => gathering.diagnostics.push(diagnosticAt(finding.at, gathering.texts, finding)),
  });
}

/** Engines whose options differ between the versions that the matrix names: one more for each. */
function addVersions(
  engines: Map<string, Engine>,
  matrix: Tree,
  environments: Study["environments"],
  { sutFolders }: StudyRequest,
  gathering: Gathering,
): void {
  const versions = new Set(valuesOfSut(matrix, "version").map(toJson));
  for (const { version } of environments.values()) versions.add(version);
  const named = [...engines];
  for (const [name, engine] of named) {
    for (const version of versions) {
      if (engine.catalogue === null || typeof version !== "string") continue;
      const unheard = { ...gathering, diagnostics: [] };
      const other = gatherEngine(name, startOf(gathering.root), sutFolders, unheard, version);
      if (other !== null && other.catalogue?.version !== engine.catalogue.version)
        engines.set(versionKey(name, version), other);
    }
  }
}

/** An engine file's stand-in is for when it takes another's place. */
function standInOf(engine: Engine, declared: string): Engine["standIn"] {
  return engine.name === declared ? null : engine.standIn;
}

interface MergedMatrix {
  tree: MapTree;
  /** The fragment's name for each map that uses one, by pointer. */
  fragments: Map<string, string>;
  /** Pointers of the maps whose fragment could not be had. */
  incomplete: Set<string>;
  /** Computed members of each workload, by its pointer. */
  computed: Map<string, ComputedMember[]>;
}

/** A workload whose fragment could not be had, without what only its scenario decides: the fragment may well have said it. */
function withoutLoad(workload: Tree): Tree {
  if (workload.kind !== "map" || workload.entries.has("scenario")) return workload;
  return withEntry(withEntry(workload, "load", null), "arrivals", null);
}

/** The places of a matrix that may use fragments, with them merged in. */
function mergedMatrix(written: MapTree, path: string, gathering: Gathering): MergedMatrix {
  const fragments = new Map<string, string>();
  const incomplete = new Set<string>();
  const computed = new Map<string, ComputedMember[]>();
  const mergedAt = (pointer: string, tree: Tree): Tree => {
    if (tree.kind !== "map") return tree;
    const merged = withFragments(tree, [path], gathering);
    if (merged.fragment !== null) fragments.set(pointer, merged.fragment);
    if (!merged.complete) incomplete.add(pointer);
    return merged.tree;
  };
  const workloadAt = (pointer: string, tree: Tree): Tree => {
    const whole = mergedAt(pointer, tree);
    const taken = takeComputed(incomplete.has(pointer) ? withoutLoad(whole) : whole);
    if (taken.computed.length > 0) computed.set(pointer, taken.computed);
    return taken.tree;
  };
  let tree = written;
  for (const key of ["baseline", "workloads", "accuracy"]) {
    const entry = written.entries.get(key);
    if (entry === undefined) continue;
    const below = entry.tree;
    const merged: Tree =
      key === "workloads" && below.kind === "list"
        ? { ...below, items: below.items.map((item, index) => workloadAt(`/workloads/${index}`, item)) }
        : mergedAt(`/${key}`, below);
    tree = withEntry(tree, key, { key: entry.key, tree: merged });
  }
  return { tree: withPrices(tree), fragments, incomplete, computed };

  /** A list of prices that could not be had is left out: what it lacks is no mistake of its own. */
  function withPrices(whole: MapTree): MapTree {
    const sut = whole.entries.get("sut");
    const price = sut?.tree.kind === "map" ? sut.tree.entries.get("price_per_hour") : undefined;
    if (sut?.tree.kind !== "map" || price === undefined) return whole;
    const pointer = "/sut/price_per_hour";
    const merged = mergedAt(pointer, price.tree);
    const entry = incomplete.has(pointer) ? null : { key: price.key, tree: merged };
    return withEntry(whole, "sut", { key: sut.key, tree: withEntry(sut.tree, "price_per_hour", entry) });
  }
}
