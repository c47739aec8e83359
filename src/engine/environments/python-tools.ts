import { join } from "node:path";
import { fail, succeed, type Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";
import { alone } from "./alone.ts";
import { runStep } from "./install-step.ts";

/** The version of uv that is installed where none is found. */
const uvVersion = "0.13.9";

const oldestPython = [3, 11] as const;

/** The first of these commands that is a Python of 3.11 or newer, as the path of the program itself: uv rejects the shims of pyenv. */
export async function findPython(world: World, commands: readonly string[]): Promise<Result<string>> {
  const wanted = oldestPython.join(".");
  const hint = `Install Python ${wanted} or newer, or name the path of one.`;
  const probe = "import sys; print(*sys.version_info[:2], sys.executable)";
  const found: string[] = [];
  for (const command of commands) {
    const { code, stdout } = await world.processes.run([command, "-c", probe]);
    const [major = "0", minor = "0", ...path] = stdout.trim().split(" ");
    if (code !== 0 || path.length === 0) continue;
    const age = Number(major) - oldestPython[0] || Number(minor) - oldestPython[1];
    if (age >= 0) return succeed(path.join(" "));
    found.push(`${command} is Python ${major}.${minor}`);
  }
  if (found.length === 0) return fail("no-python", `no program ${commands.join(" or ")} was found that runs`, hint);
  return fail("python-too-old", `${found.join(", ")}; ${wanted} is needed`, hint);
}

/** The uv of `$CETERIS_UV`, else the one on PATH, else one of our own in the cache folder, which pip puts there. */
export async function findUv(
  world: World,
  python: string,
  options: { cacheFolder: string; onProgress: (line: string) => void },
): Promise<Result<string>> {
  const named = world.variables["CETERIS_UV"];
  if (named) {
    if (await canRun(world, named)) return succeed(named);
    const hint = "Name a working uv, or unset the variable to have one installed.";
    return fail("uv-not-found", `the uv named by $CETERIS_UV cannot be run: ${named}`, hint);
  }
  if (await canRun(world, "uv")) return succeed("uv");

  const folder = join(options.cacheFolder, `uv-${uvVersion}`);
  const path = join(folder, "bin", "uv");
  if (await canRun(world, path)) return succeed(path);
  return await alone(world, folder, options.onProgress, async () => {
    if (await canRun(world, path)) return succeed(path);
    await world.files.remove(folder);
    options.onProgress(`Installing uv ${uvVersion} into ${folder}`);
    const pip = ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"];
    const failed =
      (await runStep(world, "python -m venv", [python, "-m", "venv", folder], options.onProgress)) ??
      (await runStep(
        world,
        `Installing uv ${uvVersion} with pip`,
        [join(folder, "bin", "python"), ...pip, `uv==${uvVersion}`],
        options.onProgress,
      ));
    return failed ? { ok: false, problem: failed } : succeed(path);
  });
}

async function canRun(world: World, uv: string): Promise<boolean> {
  return (await world.processes.run([uv, "--version"])).code === 0;
}
