import { join } from "node:path";
import type { Files } from "../../world/world.ts";

/**
 * What a Python environment holds, as `name==version` in order, from the metadata folders that every installer leaves
 * in site-packages. No program is started for it. Null where the folder is no Python environment.
 */
export async function installedPackages(files: Files, environment: string): Promise<string[] | null> {
  const libraries = await files.list(join(environment, "lib"));
  const python = libraries.find((name) => /^python3\.\d+$/.test(name));
  if (python === undefined) return null;
  const names = await files.list(join(environment, "lib", python, "site-packages"));
  const packages = names.flatMap((name) => {
    const [, distribution, version] = /^(.+?)-([^-]+)\.dist-info$/.exec(name) ?? [];
    return distribution === undefined ? [] : [`${distribution.toLowerCase().replaceAll(/[-_.]+/g, "-")}==${version}`];
  });
  return packages.length === 0 ? null : packages.toSorted();
}
