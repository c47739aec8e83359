import { join } from "node:path";
import { toDisk } from "../schema/disk.ts";
import type { Launch } from "../schema/launch.ts";
import type { World } from "../world/world.ts";
import { readInGroups } from "./read-in-groups.ts";
import { launchesFolder } from "./read-trials.ts";
import { launchFormat, readStored } from "./stored-format.ts";

type Touches = Pick<World, "files">;

/** Where a launch keeps `launch.json` and `server.log`. */
export function launchFolder(studyFolder: string, launchId: string): string {
  return join(studyFolder, launchesFolder, launchId);
}

/** Writes or replaces `launch.json`: a launch is told as it goes, so that a killed run leaves word of its processes. */
export async function writeLaunch({ files }: Touches, studyFolder: string, launch: Launch): Promise<void> {
  const text = `${JSON.stringify(toDisk(launch), null, 2)}\n`;
  await files.writeText(join(launchFolder(studyFolder, launch.id), "launch.json"), text);
}

/** All launches of a study by ordinal. One that cannot be read is left out: no figure of a trial is in it, and its log lies beside it. */
export async function readLaunches({ files }: Touches, studyFolder: string): Promise<Launch[]> {
  const launches: Launch[] = [];
  const names = await files.list(join(studyFolder, launchesFolder));
  await readInGroups(names, async (name) => {
    const path = join(launchFolder(studyFolder, name), "launch.json");
    const text = await files.readText(path);
    if (text === null) return; // the process was never started: there is a log at most
    const read = readStored<Launch>(launchFormat, text, path);
    if (read.ok) launches.push(read.value);
  });
  return launches.toSorted((left, right) => left.ordinal - right.ordinal || compare(left.id, right.id));
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
