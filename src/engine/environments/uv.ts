import { join, resolve } from "node:path";
import { succeed } from "../../schema/result.ts";
import type { EnvironmentKind } from "./environment.ts";
import { installedPackages } from "./installed-packages.ts";
import { makeEnvironment } from "./uv-environment.ts";

/** A virtual environment of our own, made from a locked list beside the engine file. */
export const uv: EnvironmentKind<"uv"> = async (world, declaration, engine, options) => {
  const { name, requirements, after, python, executable } = declaration;
  const made = await makeEnvironment(world, {
    name,
    requirementsFile: resolve(engine.folder, requirements),
    ...(after === undefined ? {} : { afterFile: resolve(engine.folder, after) }),
    pythons: [...(python === undefined ? [] : [`python${python}`]), "python3", "python"],
    cacheFolder: options.cacheFolder,
    onProgress: options.onProgress,
  });
  if (!made.ok) return made;
  const { folder } = made.value;
  return succeed({
    executable: [join(folder, executable)],
    packages: await installedPackages(world.files, folder),
    folder,
  });
};
