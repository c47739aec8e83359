import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Launch } from "../schema/launch.ts";

/** Our own folders below the temporary one, and nothing else, have names like this. */
const nameInPath = /^(.*[\\/]ceteris-[0-9a-f]{12})(?=[\\/]|$)/;

/**
 * A path for one launch's temporary files, another one at each call: nobody can be there first. It is short, since engines
 * make sockets in the folder and a socket's path has at most 107 bytes. The launch's record has it, so that the folder is
 * found after a crash.
 */
export function privateFolder(temporaryFolder: string): string {
  return join(temporaryFolder, `ceteris-${randomBytes(6).toString("hex")}`);
}

/** The private folder that a launch was given, from its record; null where it had none. */
export function recordedPrivateFolder(launch: Launch): string | null {
  for (const { value } of launch.environmentValues) {
    const folder = nameInPath.exec(value)?.[1];
    if (folder !== undefined) return folder;
  }
  return null;
}
