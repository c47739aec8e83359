import { basename, join } from "node:path";
import { fromDisk } from "../schema/disk.ts";
import { putAside, type LeftOut } from "../schema/left-out.ts";
import { fail, type Result } from "../schema/result.ts";
import { readStoredFile, trialFormat } from "../schema/stored-format.ts";
import { copyOf } from "../schema/stored-shape.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";

export const launchesFolder = "launches";

type Touches = Pick<World, "files">;

/** Folders of the trials of a study, complete ones alone, sorted. Names that begin with a dot are not finished or not ours. */
export async function trialFolders({ files }: Touches, studyFolder: string): Promise<string[]> {
  const experiments = (await files.list(studyFolder)).filter(
    (name) => !name.startsWith(".") && name !== launchesFolder,
  );
  const foldersOf = async (experiment: string): Promise<string[]> => {
    const names = await listed(files, join(studyFolder, experiment));
    // A folder that may not be looked into stands for what it holds: reading it says why.
    if (names === null) return [join(studyFolder, experiment)];
    const found: string[] = [];
    for (const name of names) {
      const folder = join(studyFolder, experiment, name);
      if (!name.startsWith(".") && (await files.stat(folder))?.folder === true) found.push(folder);
    }
    return found;
  };
  return (await Array.fromAsync(concurrently(experiments, openAtOnce, foldersOf))).flat();
}

/** One trial, upgraded in memory. */
export async function readTrial({ files }: Touches, folder: string): Promise<Result<Trial>> {
  const path = join(folder, "trial.json");
  const mend = putAside(folder);
  const read = await readStoredFile(files, { format: trialFormat, path, mend }, (stored) => fromDisk<Trial>(stored));
  return read ?? fail("trial-incomplete", `${path} is not there`, mend);
}

/** What a study's folder holds of something, and what of it cannot be read and is left out. */
export interface Readable<Item> {
  read: Item[];
  leftOut: LeftOut[];
}

/** All trials of a study in the order of its plan. One that cannot be read, or is a copy of another, is left out and named. */
export async function readTrials(world: Touches, studyFolder: string): Promise<Readable<Trial>> {
  const trials: Trial[] = [];
  const leftOut: LeftOut[] = [];
  const folders = await trialFolders(world, studyFolder);
  const names = new Set(folders.map((folder) => basename(folder)));
  const read = async (path: string) => ({ path, result: await readTrial(world, path) });
  for await (const { path, result } of concurrently(folders, openAtOnce, read)) {
    const copied = result.ok ? copyOf(result.value.spec.trialId, basename(path), names) : null;
    if (copied !== null)
      leftOut.push({ path, trialId: basename(path), why: `${path} ${copied}`, mend: putAside(path) });
    else if (result.ok) trials.push(result.value);
    else leftOut.push({ path, trialId: basename(path), why: result.problem.message, mend: result.problem.hint });
  }
  return { read: trials.toSorted(inOrderOfPlan), leftOut };
}

/** Null where it may not be looked into. */
async function listed(files: World["files"], folder: string): Promise<string[] | null> {
  try {
    return await files.list(folder);
  } catch {
    return null;
  }
}

function inOrderOfPlan(left: Trial, right: Trial): number {
  return (
    left.spec.position - right.spec.position ||
    (left.spec.trialId < right.spec.trialId ? -1 : Number(left.spec.trialId > right.spec.trialId))
  );
}
