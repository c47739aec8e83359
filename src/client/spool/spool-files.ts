import { mkdirSync, openSync, unlinkSync } from "node:fs";
import { join } from "node:path";

/** File names begin with this; a run removes leftovers of earlier runs by it (src/store/leftovers.ts). */
const prefix = ".partial-spool-";

let made = 0;

/** Descriptors of the two files of a spool, for reading and writing. */
export interface SpoolFiles {
  requests: number;
  tokens: number;
}

/**
 * Opens two files in the folder, which is created if needed, and unlinks them at once: however this process ends, the file
 * system frees their space. Throws the file system's error.
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
