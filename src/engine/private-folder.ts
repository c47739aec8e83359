import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Launch } from "../schema/launch.ts";

/** Our own folders below the temporary one, and nothing else, have names like this. */
const nameInPath = /^(.*[\\/]ceteris-[0-9a-f]{12})(?=[\\/]|$)/;

/**
 * The folder for one launch's temporary files. Its path is short, since engines make sockets in it and a socket's path
 * has at most 107 bytes. The same results folder and launch give the same path.
 */
export function privateFolder(temporaryFolder: string, launchFolder: string): string {
  const name = createHash("sha256").update(launchFolder).digest("hex").slice(0, 12);
  return join(temporaryFolder, `ceteris-${name}`);
}

/** The private folder that a launch was given, from its record; null where it had none. */
export function recordedPrivateFolder(launch: Launch): string | null {
  for (const { value } of launch.environmentValues) {
    const folder = nameInPath.exec(value)?.[1];
    if (folder !== undefined) return folder;
  }
  return null;
}
