import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Peer } from "./index.ts";

/** Versions of Python that packages are pinned for. */
const versions = ["3.11", "3.12", "3.13", "3.14"] as const;

/** Programs that may be a Python new enough for a peer, best first: on PATH, and those that pyenv keeps off it. */
export function pythonsFor({ oldestPython }: Pick<Peer, "oldestPython">, pyenvVersions = installedByPyenv()): string[] {
  const enough = versions.slice(versions.indexOf(oldestPython));
  const onPath = enough.map((version) => `python${version}`);
  const ofPyenv = enough.flatMap((version) =>
    pyenvVersions.filter((folder) => folder.includes(`/${version}.`)).map((folder) => join(folder, "bin", "python3")),
  );
  // A plain `python3` may be of any age: only where the oldest will do is it safe to try.
  return [...(oldestPython === versions[0] ? ["python3"] : []), ...onPath, ...ofPyenv];
}

function installedByPyenv(): string[] {
  const folder = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
