import { mkdirSync, openSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** Names of the files begin so; a run removes what it finds of an earlier one under such a name (src/store/leftovers.ts). */
const prefix = ".partial-spool-";

let made = 0;

/** Descriptors of the two files of a spool, for reading and writing. */
export interface SpoolFiles {
  requests: number;
  tokens: number;
}

/**
 * Opens two files in the folder, which is made where there is none, and takes their names away at once: whatever ends
 * this process, the file system has its room back. Throws what the file system says where it will not.
 */
export function openSpoolFiles(folder: string): SpoolFiles {
  mkdirSync(folder, { recursive: true });
  const openNameless = (what: string): number => {
    made += 1;
    const path = join(folder, `${prefix}${process.pid}-${made}-${what}`);
    const descriptor = openSync(path, "wx+", 0o600);
    unlinkSync(path);
    return descriptor;
  };
  return { requests: openNameless("requests"), tokens: openNameless("tokens") };
}
