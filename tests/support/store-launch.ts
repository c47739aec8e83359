import { writeLaunch } from "../../src/engine/launch-record.ts";
import type { Launch } from "../../src/schema/launch.ts";
import { launchFolder } from "../../src/store/index.ts";
import type { World } from "../../src/world/world.ts";

/** Writes the record of a launch into a study's folder, as a run would. */
export function storeLaunch(world: Pick<World, "files">, studyFolder: string, launch: Launch): Promise<void> {
  return writeLaunch(world.files, launchFolder(studyFolder, launch.id), launch);
}
