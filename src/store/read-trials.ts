import { basename, join } from "node:path";
import { fromDisk, toSnakeCase } from "../schema/disk.ts";
import { putAside, strayTrial, type LeftOut } from "../schema/left-out.ts";
import { asEdited, editedRemedy, isEdited, manifestName, readManifest, trialEdited } from "../schema/manifest.ts";
import { fail, type Result } from "../schema/result.ts";
import { readStoredFile, trialFormat } from "../schema/stored-format.ts";
import { studyNames } from "../schema/stored-shape.ts";
import { compareTexts } from "../schema/text-order.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import type { World } from "../world/world.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import { readQuietly } from "../world/kernel-files.ts";

export const launchesFolder = "launches";

/** Trials under a profiler, each in a results folder of its own: they are no trials of the study. */
export const profilesFolder = "profiles";

type Touches = Pick<World, "files">;

/** Folders of the trials of a study, complete ones alone, sorted. Names that begin with a dot are not finished or not ours. */
export async function trialFolders({ files }: Touches, studyFolder: string): Promise<string[]> {
  const experiments = (await files.list(studyFolder)).filter(
    (name) => !name.startsWith(".") && name !== launchesFolder && name !== profilesFolder,
  );
  const foldersOf = async (experiment: string): Promise<string[]> => {
    const names = await files.listFolders(join(studyFolder, experiment)).catch(() => null);
    // A folder that may not be looked into stands for what it holds: reading it says why.
    if (names === null) return [join(studyFolder, experiment)];
    return names.filter((name) => !name.startsWith(".")).map((name) => join(studyFolder, experiment, name));
  };
  return (await Array.fromAsync(concurrently(experiments, openAtOnce, foldersOf))).flat();
}

/** One trial, upgraded in memory; INVALID where its `trial.json` is not what the manifest beside it says. */
export async function readTrial(world: Touches, folder: string): Promise<Result<Trial>> {
  return readBeside<keyof Trial>(world, folder, await readQuietly(world.files, join(folder, manifestName)));
}

/** Of the trial only these members, where they are given: renaming those of its figures takes as long as all else. */
async function readBeside<Member extends keyof Trial>(
  { files }: Touches,
  folder: string,
  manifest: string | null,
  members?: readonly Member[],
): Promise<Result<Pick<Trial, Member>>> {
  const path = join(folder, "trial.json");
  const mend = putAside(folder);
  const read = await readStoredFile(files, { format: trialFormat, path, mend }, (stored, text) => {
    const edited = trialEdited(text, manifest);
    const trial = edited === null ? stored : asEdited(stored, edited);
    const names = members?.map(toSnakeCase) ?? Object.keys(trial);
    return fromDisk<Pick<Trial, Member>>(Object.fromEntries(names.map((name) => [name, trial[name]!])));
  });
  return read ?? fail("trial-incomplete", `${path} is not there`, mend);
}

/**
 * The other files of a trial that are gone or have another size than their manifest says: the sizes are known without reading
 * them, and `verify` holds the content against it. The figures of the trial are in `trial.json`, and stay. Null where all are as
 * they were written.
 */
async function otherSizes({ files }: Touches, folder: string, manifest: string | null): Promise<LeftOut | null> {
  const entries = (readManifest(manifest ?? "") ?? []).filter(({ path }) => path !== "trial.json");
  const found = await Promise.all(entries.map(({ path }) => files.stat(join(folder, path))));
  const wrong = entries.flatMap(({ path, bytes }, at) => {
    const size = found[at]?.size;
    if (size === undefined) return [`${path} is not there`];
    return size === bytes ? [] : [`${path} has ${size} bytes, and had ${bytes}`];
  });
  if (wrong.length === 0) return null;
  return {
    path: folder,
    trialId: null,
    why: `${folder} is not as it was written: ${wrong.join("; ")}`,
    mend: putAside(folder),
  };
}

/** What a study's folder holds of something, and what of it cannot be read and is left out. */
export interface Readable<Item> {
  read: Item[];
  leftOut: LeftOut[];
}

/**
 * All trials of a study in the order of its plan. One that cannot be read, is a copy of another or of another study, or whose
 * folder was renamed, is left out and named. One that was edited is read as INVALID and named; so is a file beside it that is gone or has another size.
 */
export function readTrials(world: Touches, studyFolder: string): Promise<Readable<Trial>> {
  return readTrialsAs(world, studyFolder, (trial) => trial);
}

/** Members that reading the trials of a study needs by itself. */
type Needed = "study" | "spec" | "verdict";

/**
 * The same, and of each trial only what `keep` takes of it: thousands of whole ones fill the memory.
 * @param members what `keep` looks at; absent: all
 */
export async function readTrialsAs<Kept, Member extends keyof Trial = keyof Trial>(
  world: Touches,
  studyFolder: string,
  keep: (trial: Pick<Trial, Member | Needed>) => Kept,
  members?: readonly (Member | Needed)[],
): Promise<Readable<Kept>> {
  const trials: { spec: TrialSpec; kept: Kept }[] = [];
  const leftOut: LeftOut[] = [];
  const folders = await trialFolders(world, studyFolder);
  const record = await readQuietly(world.files, join(studyFolder, "study.json"));
  const known = { folders: new Set(folders), studies: studyNames(basename(studyFolder), record) };
  const read = async (path: string) => {
    const manifest = await readQuietly(world.files, join(path, manifestName));
    return {
      path,
      result: await readBeside(world, path, manifest, members),
      others: await otherSizes(world, path, manifest),
    };
  };
  for await (const { path, result, others } of concurrently(folders, openAtOnce, read)) {
    const trialId = basename(path);
    if (!result.ok) {
      leftOut.push({ path, trialId, why: result.problem.message, mend: result.problem.hint });
      continue;
    }
    const trial = result.value;
    const stray = strayTrial(trial, path, known);
    if (stray !== null) {
      leftOut.push({ path, trialId: trial.spec.trialId, ...stray });
      continue;
    }
    trials.push({ spec: trial.spec, kept: keep(trial) });
    if (isEdited(trial))
      leftOut.push({ path, trialId: null, why: `${path}: ${trial.verdict.reason}`, mend: editedRemedy });
    else if (others !== null) leftOut.push(others);
  }
  return { read: trials.toSorted(inOrderOfPlan).map(({ kept }) => kept), leftOut };
}

function inOrderOfPlan(left: Pick<Trial, "spec">, right: Pick<Trial, "spec">): number {
  return left.spec.position - right.spec.position || compareTexts(left.spec.trialId, right.spec.trialId);
}
