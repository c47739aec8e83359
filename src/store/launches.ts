import { join } from "node:path";
import { fromDisk } from "../schema/disk.ts";
import type { Launch } from "../schema/launch.ts";
import { putFileAside, type LeftOut } from "../schema/left-out.ts";
import { launchFormat, readStoredFile } from "../schema/stored-format.ts";
import { compareTexts } from "../schema/text-order.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { launchesFolder, type Readable } from "./read-trials.ts";

type Touches = Pick<World, "files">;

/** Where a launch keeps `launch.json` and `server.log`. */
export function launchFolder(studyFolder: string, launchId: string): string {
  return join(studyFolder, launchesFolder, launchId);
}

/** All launches of a study by ordinal. One that cannot be read is left out and named: no figure of a trial is in it, and its log lies beside it. */
export async function readLaunches(world: Touches, studyFolder: string): Promise<Readable<Launch>> {
  const { read, leftOut } = await readLaunchesAs(world, studyFolder, (launch) => launch);
  return {
    read: read.toSorted((left, right) => left.ordinal - right.ordinal || compareTexts(left.id, right.id)),
    leftOut,
  };
}

/** Of each launch what `keep` takes of it, in no order. */
export async function readLaunchesAs<Kept>(
  { files }: Touches,
  studyFolder: string,
  keep: (launch: Launch) => Kept,
): Promise<Readable<Kept>> {
  const launches: Kept[] = [];
  const leftOut: LeftOut[] = [];
  const names = await files.list(join(studyFolder, launchesFolder));
  const readOne = async (name: string) => {
    const path = join(launchFolder(studyFolder, name), "launch.json");
    const mend = `${putFileAside(path)} (the figures of its trials stay)`;
    const place = { format: launchFormat, path, mend };
    return { path, read: await readStoredFile(files, place, (stored) => keep(fromDisk<Launch>(stored))) };
  };
  for await (const { path, read } of concurrently(names, openAtOnce, readOne)) {
    if (read === null) continue; // the process was never started: there is a log at most
    if (read.ok) launches.push(read.value);
    else leftOut.push({ path, trialId: null, why: read.problem.message, mend: read.problem.hint });
  }
  return { read: launches, leftOut: leftOut.toSorted((left, right) => compareTexts(left.path, right.path)) };
}

/** The last ordinal of a study's launches: the names of their folders begin with it, also where nothing else of them can be read. */
export async function lastOrdinal({ files }: Touches, studyFolder: string): Promise<number> {
  const names = await files.list(join(studyFolder, launchesFolder));
  return names.reduce((most, name) => Math.max(most, Number.parseInt(name, 10) || 0), 0);
}
