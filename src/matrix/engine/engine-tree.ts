import { compareVersions, releaseOf } from "../../schema/version.ts";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Location } from "../../schema/diagnostic.ts";
import type { EngineCatalogue } from "../../schema/engine.ts";
import { displayPath, parsedFile, refuse, withDatasetPath, type Gathering } from "../yaml/fragments.ts";
import { meant } from "../yaml/nearest.ts";
import { merge, textOf, withEntry, type MapTree } from "../yaml/tree.ts";
import { eachOnce } from "../../math/figures.ts";

/** An engine file with all that it extends merged below it; the file that was named gives the folder. */
export interface EngineTree {
  tree: MapTree;
  file: string;
  /** Null of an engine whose options are one table, whatever its version. */
  catalogue: Omit<EngineCatalogue, "isSeen"> | null;
}

/** What stands in `extends` for the version of the catalogue. */
const placeholder = "{version}";

/**
 * Null where a file is missing or cannot be read; the diagnostic is gathered. `at`: the place that names the engine. `version`:
 * the one whose catalogue is wanted; null where the files say it.
 */
export function engineTree(
  name: string,
  at: Location,
  sutFolders: string[],
  gathering: Gathering,
  version: string | null = null,
  chain: string[] = [],
): EngineTree | null {
  const report = (code: string, message: string, hint: string): null => refuse(gathering, at, code, message, hint);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
    return report("unknown-engine", `\`${name}\` cannot name an engine file`, "write the name alone: sut/<name>.yaml");
  }
  const files = sutFolders.map((folder) => join(folder, `${name}.yaml`));
  const there = files.flatMap((file) => {
    const text = gathering.read(file);
    return text === null ? [] : [{ file, text }];
  });
  // A study's own `vllm.yaml` may extend the one that came with the program: what leads here is passed over.
  const found = there.find(({ file }) => !chain.includes(file));
  if (found === undefined) {
    const looked = eachOnce(sutFolders.map((folder) => engineDisplayPath(gathering.root, folder)));
    if (there.length === 0)
      return report(
        "unknown-engine",
        `there is no engine file ${name}.yaml`,
        `${meant(name, gathering.engines ?? [], true)}; looked in ${looked}. For another engine write sut/${name}.yaml (docs/adding.md); for a server that runs already, \`engine: endpoint\` with its \`url\``.replace(
          /^; /,
          "",
        ),
      );
    const links = [...chain, ...there.map(({ file }) => file).slice(0, 1)];
    const names = links.map((link) => basename(link, ".yaml"));
    return report("engine-cycle", `engine files extend each other: ${names.join(" → ")}`, "take one `extends:` out");
  }
  const shownAs = engineDisplayPath(gathering.root, found.file);
  const parsed = parsedFile(found.file, shownAs, found.text, gathering, "engine");
  if (parsed === null) return null;
  const tree = withPathsFrom(parsed, dirname(found.file), dirname(chain[0] ?? found.file));
  const parent = textOf(tree, "extends");
  if (parent === null) return { tree, file: found.file, catalogue: null };
  const own = textOf(tree, "version")?.text ?? null;
  const catalogue = chosenCatalogue(parent.text, [version, own], sutFolders, gathering);
  const parentName = catalogue === null ? parent.text : parent.text.replace(placeholder, catalogue.version);
  const below = engineTree(parentName, parent.at, sutFolders, gathering, version ?? own, [...chain, found.file]);
  if (below === null) return null;
  const chosen = catalogue ?? below.catalogue;
  const above = withEntry(tree, "extends", null);
  const merged = merge(below.tree, chosen === null ? above : withKnobsOf(below.tree, above)) as MapTree;
  return { tree: merged, file: found.file, catalogue: chosen };
}

/** A file above a catalogue, less what it says of knobs that the version lacks: those without a flag of its own. */
function withKnobsOf(below: MapTree, above: MapTree): MapTree {
  const known = below.entries.get("knobs")?.tree;
  const own = above.entries.get("knobs");
  if (known?.kind !== "map" || own?.tree.kind !== "map") return above;
  const kept = [...own.tree.entries].filter(
    ([name, { tree }]) => known.entries.has(name) || tree.kind !== "map" || tree.entries.has("flag"),
  );
  return withEntry(above, "knobs", { key: own.key, tree: { ...own.tree, entries: new Map(kept) } });
}

/** The catalogue of the first of some versions that has one, else of the last; null where the name is that of one file. */
function chosenCatalogue(
  name: string,
  wanted: readonly (string | null)[],
  sutFolders: string[],
  gathering: Gathering,
): EngineTree["catalogue"] {
  const [before = "", after] = name.split(placeholder);
  if (after === undefined) return null;
  const exists = (version: string): boolean =>
    sutFolders.some((folder) => gathering.read(join(folder, `${before}${version}${after}.yaml`)) !== null);
  const releases = wanted.flatMap((one) => (one === null ? [] : releaseOf(one)));
  const versions = (gathering.catalogues ?? []).flatMap((one) =>
    one.startsWith(before) && one.endsWith(after) ? one.slice(before.length, -after.length) : [],
  );
  return {
    name: before.replace(/-$/, ""),
    version: releases.find(exists) ?? releases.at(-1) ?? "",
    versions: [...new Set(versions)].toSorted(compareVersions),
  };
}

/** An engine file that came with the program lies outside the study: it is shown by its folder's name, the same on every machine. */
export function engineDisplayPath(root: string, path: string): string {
  const inside = displayPath(root, path);
  if (inside !== path) return inside;
  return path.endsWith(".yaml") ? `${basename(dirname(path))}/${basename(path)}` : basename(path);
}

/** Relative paths of a file in `from`, as seen from `to`: the folder of the file that extends it. */
function withPathsFrom(tree: MapTree, from: string, to: string): MapTree {
  if (from === to) return tree;
  const rewrite = (path: string) => (isAbsolute(path) ? path : relative(to, resolve(from, path)));
  return withStandInDataset(withEnvironmentPaths(tree, rewrite), rewrite);
}

function withEnvironmentPaths(tree: MapTree, rewrite: (path: string) => string): MapTree {
  const environment = tree.entries.get("environment");
  if (environment?.tree.kind !== "map") return tree;
  let rewritten = environment.tree;
  for (const member of ["requirements", "after"]) {
    const path = textOf(rewritten, member);
    const key = rewritten.entries.get(member)?.key;
    if (path === null || key === undefined) continue;
    rewritten = withEntry(rewritten, member, { key, tree: { kind: "scalar", value: rewrite(path.text), at: path.at } });
  }
  return withEntry(tree, "environment", { key: environment.key, tree: rewritten });
}

function withStandInDataset(tree: MapTree, rewrite: (path: string) => string): MapTree {
  const standIn = tree.entries.get("stand_in");
  const workload = standIn?.tree.kind === "map" ? standIn.tree.entries.get("workload") : undefined;
  if (standIn?.tree.kind !== "map" || workload?.tree.kind !== "map") return tree;
  const rewritten = { key: workload.key, tree: withDatasetPath(workload.tree, rewrite) };
  return withEntry(tree, "stand_in", { key: standIn.key, tree: withEntry(standIn.tree, "workload", rewritten) });
}
