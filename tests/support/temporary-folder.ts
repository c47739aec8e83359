import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

/** A new folder for one test, removed after it. Call at the top of a test file. */
export function useTemporaryFolders(parent: string = tmpdir()): () => string {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    const folder = mkdtempSync(join(parent, "ceteris-test-"));
    made.push(folder);
    return folder;
  };
}

/**
 * What runs left in their temporary folder. The pipe of an engine's log has a name for a moment; a kill at that moment leaves it
 * behind, empty, and a log that is opened a minute later removes it.
 */
export function leftIn(temporaryFolder: string): string[] {
  return readdirSync(temporaryFolder).filter((name) => !name.startsWith("ceteris-log-"));
}
