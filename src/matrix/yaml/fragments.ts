import { basename, dirname, extname, isAbsolute, relative, resolve } from "node:path";
import type { Diagnostic, Location } from "../../schema/diagnostic.ts";
import { membersThatGiveWay } from "../../schema/scenario.ts";
import { diagnosticAt, type Texts } from "./places.ts";
import { merge, textOf, withEntry, type MapTree, type Tree } from "./tree.ts";
import { withoutWrittenSecrets } from "./written-secrets.ts";
import { parseYaml } from "./yaml-file.ts";

/** What pulling in files needs and gathers. All paths absolute. */
export interface Gathering {
  root: string;
  read(path: string): string | null;
  texts: Texts;
  diagnostics: Diagnostic[];
  /** Files that were parsed already: each has its diagnostics once. */
  parsed: Map<string, MapTree | null>;
  /** Names of the engine files there are; absent where they were not listed. */
  engines?: readonly string[];
  /** Names of the catalogues there are; absent where they were not listed. */
  catalogues?: readonly string[];
  /** Where a path leads once its links are followed; absent where there are none. */
  realPath?: ((path: string) => string) | undefined;
  /** Those of some regular expressions that may take seconds on one line; absent where none is tried. */
  slowPatterns?: ((patterns: readonly string[]) => ReadonlySet<string>) | undefined;
}

/** Nothing read yet. */
export function newGathering(root: string, read: Gathering["read"]): Gathering {
  return { root, read, texts: new Map(), diagnostics: [], parsed: new Map() };
}

/** Gathers an error. Null, which stands for what could not be had. */
export function refuse(
  { diagnostics, texts }: Pick<Gathering, "diagnostics" | "texts">,
  at: Location,
  code: string,
  message: string,
  hint: string,
): null {
  diagnostics.push(diagnosticAt(at, texts, { code, severity: "error", message, hint }));
  return null;
}

/** A map with all that it uses merged below it. */
export interface Merged {
  tree: MapTree;
  /** The fragment that it names itself, by its file's name without extension; null where it names none. */
  fragment: string | null;
  /** False where a fragment could not be had: what is missing then was perhaps in it. */
  complete: boolean;
}

/** How a path is shown: from the study's folder where it lies inside, else as it is. The same on every machine that has the same study. */
export function displayPath(root: string, path: string): string {
  const inside = relative(root, path).replaceAll("\\", "/");
  return inside === "" || inside.startsWith("../") || isAbsolute(inside) ? path : inside;
}

/** Null where there is no such file or nothing in it that could be used; that it is not there is the caller's to say. No secret is in it. */
export function parsedFile(
  path: string,
  shownAs: string,
  text: string,
  gathering: Gathering,
  kind: "matrix" | "engine" = "matrix",
): MapTree | null {
  const known = gathering.parsed.get(path);
  if (known !== undefined) return known;
  const { tree: written, diagnostics } = parseYaml(shownAs, text, gathering.texts);
  gathering.diagnostics.push(...diagnostics);
  const tree = written === null ? null : withoutWrittenSecrets(written, gathering, kind);
  gathering.parsed.set(path, tree);
  return tree;
}

/** Merges what `use:` names below a map, and what that uses below it. `chain` are the files that lead here, the one that says this last. */
export function withFragments(tree: MapTree, chain: string[], gathering: Gathering): Merged {
  const file = chain.at(-1) ?? gathering.root;
  const own = withPathsFromRoot(tree, file, gathering);
  const use = textOf(own, "use");
  if (use === null) return { tree: own, fragment: null, complete: true };

  const rest = withEntry(own, "use", null);
  const path = resolve(dirname(file), use.text);
  const fragment = basename(path, extname(path));
  const below = fragmentTree(use, path, chain, gathering);
  if (below === null) return { tree: rest, fragment, complete: false };
  const under = withFragments(below, [...chain, path], gathering);
  return {
    tree: merge(withoutOtherScenario(withoutOtherCounts(under.tree, rest), rest), rest) as MapTree,
    fragment,
    complete: under.complete,
  };
}

/** What a fragment says of the counts of single fidelities gives way to counts for all of them, written above it. */
function withoutOtherCounts(below: MapTree, above: MapTree): MapTree {
  const counts = above.entries.get("counts")?.tree;
  const isOfAll = counts?.kind === "map" && (counts.entries.has("requests") || counts.entries.has("seconds"));
  return isOfAll ? withEntry(below, "counts", null) : below;
}

/** What a fragment says for its scenario gives way to another scenario, written above it; so does a rate to arrivals that have their own. */
function withoutOtherScenario(below: MapTree, above: MapTree): MapTree {
  const scenario = textOf(above, "scenario")?.text;
  const arrivals = above.entries.get("arrivals")?.tree;
  const kind = arrivals === undefined ? undefined : textOf(arrivals, "kind")?.text;
  const gone = membersThatGiveWay(scenario, kind);
  const load = below.entries.get("load");
  const own = gone.has("arrivals") ? withEntry(below, "arrivals", null) : below;
  if (load?.tree.kind !== "map") return own;
  const entries = [...load.tree.entries].filter(([member]) => !gone.has(`load.${member}`));
  return withEntry(own, "load", { ...load, tree: { ...load.tree, entries: new Map(entries) } });
}

function fragmentTree(
  use: { text: string; at: Location },
  path: string,
  chain: string[],
  gathering: Gathering,
): MapTree | null {
  const report = (code: string, message: string, hint: string): null => refuse(gathering, use.at, code, message, hint);
  if (isAbsolute(use.text)) {
    return report(
      "absolute-path",
      `\`use: ${use.text}\` is an absolute path`,
      "name the fragment from the file that uses it",
    );
  }
  const shownAs = displayPath(gathering.root, path);
  if (shownAs === path) {
    const hint = "keep fragments inside the study's folder, so that the study is whole on another machine";
    return report("path-leaves-study", `\`use: ${use.text}\` leaves the study's folder`, hint);
  }
  const { realPath = (own: string) => own } = gathering;
  const led = realPath(path);
  if (led !== path && displayPath(realPath(gathering.root), led) === led) {
    const hint = "put the file itself there, so that the study is whole on another machine";
    return report(
      "path-leaves-study",
      `\`use: ${use.text}\` leaves the study's folder through a link, to ${led}`,
      hint,
    );
  }
  if (chain.includes(path)) {
    const names = [...chain.slice(chain.indexOf(path)), path].map((link) => displayPath(gathering.root, link));
    return report(
      "fragment-cycle",
      `fragments use each other: ${names.join(" → ")}`,
      "take one `use:` out of the circle",
    );
  }
  const text = gathering.read(path);
  if (text !== null) return parsedFile(path, shownAs, text, gathering);
  const near = otherSpellings(path).find((other) => gathering.read(other) !== null);
  const hint =
    near === undefined
      ? `\`use:\` counts from the folder of the file that says it; looked in ${displayPath(gathering.root, dirname(path))}`
      : `did you mean \`${relative(dirname(chain.at(-1) ?? ""), near)}\`?`;
  return report("missing-fragment", `there is no ${shownAs}`, hint);
}

/** A reader can only be asked for names: these are the usual slips. */
function otherSpellings(path: string): string[] {
  const extension = extname(path);
  const stem = extension === ".yaml" || extension === ".yml" ? path.slice(0, -extension.length) : path;
  const swapped = [stem.replaceAll("_", "-"), stem.replaceAll("-", "_"), stem.toLowerCase()];
  return [stem, ...swapped].flatMap((name) => [`${name}.yaml`, `${name}.yml`]).filter((name) => name !== path);
}

/** The paths of a workload's datasets and trace, written from its own file, as they are from the study's folder: the same in an id on every machine. */
function withPathsFromRoot(tree: MapTree, file: string, gathering: Gathering): MapTree {
  const fromRoot = (path: string): string =>
    isAbsolute(path) ? path : relative(gathering.root, resolve(dirname(file), path)).replaceAll("\\", "/");
  return withPathOf("arrivals", withDatasetPath(tree, fromRoot), fromRoot);
}

export function withDatasetPath(tree: MapTree, rewrite: (path: string) => string): MapTree {
  const own = withPathOf("dataset", tree, rewrite);
  const classes = own.entries.get("classes");
  if (classes?.tree.kind !== "list") return own;
  const items = classes.tree.items.map((one) => (one.kind === "map" ? withPathOf("dataset", one, rewrite) : one));
  return withEntry(own, "classes", { ...classes, tree: { ...classes.tree, items } });
}

function withPathOf(member: "dataset" | "arrivals", tree: MapTree, rewrite: (path: string) => string): MapTree {
  const entry = tree.entries.get(member);
  const path = entry === undefined ? null : textOf(entry.tree, "path");
  const key = entry?.tree.kind === "map" ? entry.tree.entries.get("path")?.key : undefined;
  if (entry?.tree.kind !== "map" || path === null || key === undefined) return tree;
  const rewritten: Tree = { kind: "scalar", value: rewrite(path.text), at: path.at };
  return withEntry(tree, member, { key: entry.key, tree: withEntry(entry.tree, "path", { key, tree: rewritten }) });
}
