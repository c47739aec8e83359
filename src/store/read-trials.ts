import { join } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { readInGroups } from "./read-in-groups.ts";
import { readStored, trialFormat } from "./stored-format.ts";

export const launchesFolder = "launches";

type Touches = Pick<World, "files">;

/** Folders of the trials of a study, complete ones alone, sorted. Names that begin with a dot are not finished or not ours. */
export async function trialFolders({ files }: Touches, studyFolder: string): Promise<string[]> {
  const experiments = (await files.list(studyFolder)).filter(
    (name) => !name.startsWith(".") && name !== launchesFolder,
  );
  const perExperiment = await readInGroups(experiments, async (experiment) => {
    const names = await files.list(join(studyFolder, experiment));
    const found: string[] = [];
    for (const name of names) {
      const folder = join(studyFolder, experiment, name);
      if (!name.startsWith(".") && (await files.stat(folder))?.folder === true) found.push(folder);
    }
    return found;
  });
  return perExperiment.flat();
}

/** One trial, upgraded in memory. */
export async function readTrial({ files }: Touches, folder: string): Promise<Result<Trial>> {
  const path = join(folder, "trial.json");
  const text = await files.readText(path);
  if (text === null) {
    return fail(
      "trial-incomplete",
      `${path} is not there`,
      "The folder was changed after it was written; move it away.",
    );
  }
  return readStored<Trial>(trialFormat, text, path);
}

/** All trials of a study in the order of its plan. One that cannot be read fails the whole, by its path: nothing is left out in silence. */
export async function readTrials(world: Touches, studyFolder: string): Promise<Result<Trial[]>> {
  const trials: Trial[] = [];
  const read = await readInGroups(await trialFolders(world, studyFolder), (folder) => readTrial(world, folder));
  for (const result of read) {
    if (!result.ok) return result;
    trials.push(result.value);
  }
  return succeed(trials.toSorted(inOrderOfPlan));
}

function inOrderOfPlan(left: Trial, right: Trial): number {
  return (
    left.spec.position - right.spec.position ||
    (left.spec.trialId < right.spec.trialId ? -1 : Number(left.spec.trialId > right.spec.trialId))
  );
}
