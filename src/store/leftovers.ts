import { join } from "node:path";
import type { World } from "../world/world.ts";
import { launchesFolder } from "./read-trials.ts";
import { partialPrefix } from "./trial-folder.ts";

/** Files that `Files.writeText` leaves when it is killed between writing and renaming. */
const unfinishedFile = ".writing-";

/**
 * Removes what a killed run left half-written in a study: partial trials and unfinished files. Only a run that holds the leases
 * of all its blocks may call it. Returns the paths removed, for a notice.
 */
export async function removePartials({ files }: Pick<World, "files">, studyFolder: string): Promise<string[]> {
  const removed: string[] = [];
  const clean = async (folder: string): Promise<string[]> => {
    const names = await files.list(folder);
    for (const name of names.filter((one) =>
      [partialPrefix, unfinishedFile].some((prefix) => one.startsWith(prefix)),
    )) {
      await files.remove(join(folder, name));
      removed.push(join(folder, name));
    }
    return names.filter((name) => !name.startsWith("."));
  };
  for (const name of await clean(studyFolder)) {
    const inside = await clean(join(studyFolder, name));
    if (name === launchesFolder) for (const launch of inside) await clean(join(studyFolder, name, launch));
  }
  return removed;
}
