import { join, resolve } from "node:path";
import { buildIndex, indexName } from "./build.ts";
import { fingerprint, type Fingerprint } from "./fingerprint.ts";
import { attempt, type Touches } from "./query.ts";

/** What the folders hold, and when the index says the same. */
export interface IndexAhead {
  present: Fingerprint;
  ready: Promise<unknown>;
}

/**
 * Begins to build the index where it is older than the folders, and resolves when all has been read that it is made from: DuckDB works on
 * while the caller does. What goes wrong is said where the index is asked. Null where there are no results.
 */
export async function indexAhead(world: Touches, resultsFolder: string): Promise<IndexAhead | null> {
  const results = resolve(world.machine.workingFolder, resultsFolder);
  if (!(await world.files.exists(results))) return null;
  const present = await fingerprint(world, results);
  const path = join(results, indexName);
  const first = (await world.files.exists(path)) ? await attempt(path, results, [], present) : "stale";
  if (first !== "stale") return { present, ready: Promise.resolve() };
  const { promise: allRead, resolve: whenRead } = Promise.withResolvers<void>();
  const ready = buildIndex(world, resultsFolder, present, whenRead).finally(whenRead);
  ready.catch(() => undefined); // its failure reaches whoever asks the index, who may still be busy
  await allRead;
  return { present, ready };
}
