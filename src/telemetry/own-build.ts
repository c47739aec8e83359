import { join } from "node:path";
import type { World } from "../world/world.ts";

const gitTimeoutMs = 10_000;

/** Which ceteris this is. The commit is that of a checkout, with `-dirty` where a tracked file was changed; an installed package has none. */
export async function ownBuild(
  world: World,
): Promise<{ build: { version: string; commit: string | null; node: string }; why: string | null }> {
  const folder = world.machine.packageFolder;
  const text = await world.files.readText(join(folder, "package.json"));
  const version = text === null ? "unknown" : ((JSON.parse(text) as { version?: string }).version ?? "unknown");
  const build = { version, commit: null, node: world.machine.nodeVersion };
  // Asked only in a checkout of our own: an installed package may lie in somebody else's.
  if (!(await world.files.exists(join(folder, ".git"))))
    return { build, why: "ceteris was installed as a package, not run from its checkout" };
  const git = (...argv: string[]) =>
    world.processes.run(["git", "-C", folder, ...argv], {
      timeoutMs: gitTimeoutMs,
      variables: { ...world.variables, GIT_OPTIONAL_LOCKS: "0" },
    });
  const head = await git("rev-parse", "HEAD");
  if (head.code !== 0) return { build, why: "git did not tell the commit" };
  const status = await git("status", "--porcelain", "--untracked-files=no");
  const dirty = status.code === 0 && status.stdout.trim() !== "" ? "-dirty" : "";
  return { build: { ...build, commit: `${head.stdout.trim()}${dirty}` }, why: null };
}
