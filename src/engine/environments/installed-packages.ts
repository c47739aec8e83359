import { basename, join } from "node:path";
import type { Engine } from "../../schema/engine.ts";
import type { Files } from "../../world/world.ts";

/** Where a Python keeps its packages: a virtual environment, and a Debian's own. */
const packageFolders = ["site-packages", "dist-packages"];

/**
 * What a Python environment holds, as `name==version` in order, from the metadata folders that every installer leaves
 * beside the packages. No program is started for it. Null where the folder is no Python environment.
 */
export async function installedPackages(files: Files, environment: string): Promise<string[] | null> {
  const names = await Promise.all((await foldersOf(files, environment)).map((folder) => files.list(folder)));
  const packages = names.flat().flatMap((name) => {
    const [, distribution, version] = /^(.+?)-([^-]+)\.dist-info$/.exec(name) ?? [];
    return distribution === undefined ? [] : [`${distribution.toLowerCase().replaceAll(/[-_.]+/g, "-")}==${version}`];
  });
  return packages.length === 0 ? null : packages.toSorted();
}

/** The text of a file of an installed package (`vllm/envs.py`); null where it is not there. */
export async function packageFile(files: Files, environment: string, path: string): Promise<string | null> {
  for (const folder of await foldersOf(files, environment)) {
    const text = await files.readText(join(folder, path));
    if (text !== null) return text;
  }
  return null;
}

async function foldersOf(files: Files, environment: string): Promise<string[]> {
  const libraries = await files.list(join(environment, "lib"));
  const pythons = libraries.filter((name) => /^python3(\.\d+)?$/.test(name));
  return pythons.flatMap((python) => packageFolders.map((folder) => join(environment, "lib", python, folder)));
}

/** The version of an engine's own package, which is called like its program; null where it is not among them. */
export function versionAmong(
  packages: readonly string[] | null,
  { name, environment }: Pick<Engine, "name" | "environment">,
): string | null {
  const program = "executable" in environment ? basename(environment.executable) : name;
  return packages?.find((one) => one.startsWith(`${program}==`))?.slice(program.length + 2) ?? null;
}
