import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { Location } from "../../schema/diagnostic.ts";
import { displayPath, parsedFile, refuse, withDatasetPath, type Gathering } from "../yaml/fragments.ts";
import { meant } from "../yaml/nearest.ts";
import { merge, textOf, withEntry, type MapTree } from "../yaml/tree.ts";

/** An engine file with all that it extends merged below it; the file that was named gives the folder. */
export interface EngineTree {
  tree: MapTree;
  file: string;
}

/** Null where a file is missing or cannot be read; the diagnostic is gathered. `at`: the place that names the engine. */
export function engineTree(
  name: string,
  at: Location,
  sutFolders: string[],
  gathering: Gathering,
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
    const looked = [...new Set(sutFolders.map((folder) => engineDisplayPath(gathering.root, folder)))].join(", ");
    if (there.length === 0)
      return report(
        "unknown-engine",
        `there is no engine file ${name}.yaml`,
        `${meant(name, gathering.engines ?? [], true)}; looked in ${looked}. For another engine write sut/${name}.yaml (docs/adding.md)`.replace(
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
  if (parent === null) return { tree, file: found.file };
  const below = engineTree(parent.text, parent.at, sutFolders, gathering, [...chain, found.file]);
  const own = withEntry(tree, "extends", null);
  return below === null ? null : { tree: merge(below.tree, own) as MapTree, file: found.file };
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
