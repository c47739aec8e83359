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
  const asked = await world.processes.run(
    ["git", "-C", folder, "status", "--porcelain=v2", "--branch", "--untracked-files=no"],
    { timeoutMs: gitTimeoutMs, variables: { ...world.variables, GIT_OPTIONAL_LOCKS: "0" } },
  );
  const commit = /^# branch\.oid ([0-9a-f]+)$/m.exec(asked.stdout)?.[1];
  if (asked.code !== 0 || commit === undefined) return { build, why: "git did not tell the commit" };
  const dirty = /^[^#]/m.test(asked.stdout) ? "-dirty" : "";
  return { build: { ...build, commit: `${commit}${dirty}` }, why: null };
}
