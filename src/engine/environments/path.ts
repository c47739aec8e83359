import { delimiter, dirname, join, resolve } from "node:path";
import type { Engine } from "../../schema/engine.ts";
import { fail, succeed } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import type { EnvironmentKind } from "./environment.ts";
import { imageInPrefix } from "./image-in-prefix.ts";
import { installedPackages } from "./installed-packages.ts";

/** A program that is there: on PATH, at a path, or this one (`{ceteris}`). One of the image that the prefix names is not looked for here. */
export const path: EnvironmentKind<"path"> = async (world, { executable }, engine, { launched, lookOnly }) => {
  const found = launched === undefined ? null : await imageInPrefix(world, launched, lookOnly === true);
  const image = found === null ? {} : { image: found };
  if (executable === "{ceteris}") {
    const { node, entry } = world.processes.self;
    return succeed({ executable: [node, entry], packages: null, folder: null, ...image });
  }
  if (found !== null) return succeed({ executable: [executable], packages: null, folder: null, ...image });
  const program = await findProgram(world, executable, engine.folder);
  if (program === null)
    return fail(
      "program-not-found",
      noProgram(engine, executable),
      `Install it, activate its environment, or name its path in the engine file (sut/${engine.name}.yaml, environment.executable). \`--sut simulated\` tries the matrix without an engine, and says SIMULATED.`,
    );
  const folder = dirname(dirname(program));
  const packages = await installedPackages(world.files, folder);
  return succeed({ executable: [program], packages, folder: packages === null ? null : folder });
};

/** The message that a program was not found, with the place where it was looked for. */
export function noProgram({ name, folder }: Pick<Engine, "name" | "folder">, executable: string): string {
  return executable.includes("/")
    ? `${name}: no program at ${resolve(folder, executable)}`
    : `${name}: no program ${executable} on PATH`;
}

/**
 * The path of a program: a relative path counts from `folder`, a bare name means the first of PATH that may be executed, as in a
 * shell. One that may not is the answer where there is no other: its start says so.
 */
export async function findProgram(world: World, executable: string, folder: string): Promise<string | null> {
  const candidates = executable.includes("/")
    ? [resolve(folder, executable)]
    : (world.variables["PATH"] ?? "")
        .split(delimiter)
        .filter((part) => part !== "")
        .map((part) => join(part, executable));
  let refused: string | null = null;
  for (const candidate of candidates) {
    if ((await world.files.stat(candidate))?.folder !== false) continue;
    if (await world.files.isExecutable(candidate)) return candidate;
    refused ??= candidate;
  }
  return refused;
}
