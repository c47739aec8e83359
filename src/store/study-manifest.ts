import { join, relative } from "node:path";
import { fromDisk } from "../schema/disk.ts";
import type { Launch } from "../schema/launch.ts";
import { manifestName } from "../schema/manifest.ts";
import { launchFormat, readStoredFile } from "../schema/stored-format.ts";
import { launchFolder, readLaunches } from "./launches.ts";
import {
  declaredFiles,
  differencesFrom,
  differencesOf,
  manifestEntries,
  manifestText,
  unsealStudy,
  writeManifest,
} from "./manifest.ts";
import { launchesFolder, readTrials, trialFolders } from "./read-trials.ts";
import { signManifest, type SigningKey } from "./signature.ts";
import { keptMatrix, studyFileName } from "./study-file.ts";
import type { World } from "../world/world.ts";

type Touches = Pick<World, "files">;

/** Writes the manifest of a launch that has ended; nothing where it has not, or never began. */
export async function sealLaunch(world: Touches, folder: string): Promise<void> {
  const place = { format: launchFormat, path: join(folder, "launch.json"), mend: "" };
  const read = await readStoredFile(world.files, place, (stored) => fromDisk<Launch>(stored).endedAt);
  if (read?.ok === true && read.value !== null) await writeManifest(world, folder);
}

/**
 * Writes a study's manifest when a run ends: over `study.json`, the matrix, and the manifests of all trials and launches, which
 * cover every other file. A launch that was closed for a run that was killed gets its own first. `key` signs it; without one a
 * signature stays only where the manifest did.
 */
export async function sealStudy(world: Touches, studyFolder: string, key: SigningKey | null): Promise<void> {
  const { files } = world;
  if (!(await files.exists(join(studyFolder, studyFileName)))) return;
  for (const folder of await launchFolders(world, studyFolder))
    if (!(await files.exists(join(folder, manifestName)))) await sealLaunch(world, folder);
  const paths = [studyFileName, keptMatrix, ...(await manifests(world, studyFolder))];
  const text = manifestText(await manifestEntries(world, studyFolder, paths));
  const path = join(studyFolder, manifestName);
  if ((await files.readText(path)) !== text) {
    await unsealStudy(world, studyFolder);
    await files.writeText(path, text);
  }
  if (key !== null) await signManifest(world, studyFolder, key);
}

/** Where the manifests of trials and launches lie, or should lie. */
async function manifests(world: Touches, studyFolder: string): Promise<string[]> {
  const folders = [...(await launchFolders(world, studyFolder)), ...(await trialFolders(world, studyFolder))];
  return folders.map((folder) => join(relative(studyFolder, folder), manifestName));
}

/** Of launches that began: a run that was killed may leave a folder with a log at most. */
async function launchFolders({ files }: Touches, studyFolder: string): Promise<string[]> {
  const begun: string[] = [];
  for (const name of await files.list(join(studyFolder, launchesFolder))) {
    const folder = launchFolder(studyFolder, name);
    const inside = await files.list(folder);
    if (!name.startsWith(".") && (inside.includes("launch.json") || inside.includes(manifestName))) begun.push(folder);
  }
  return begun;
}

/** What the manifests of a study say of its files. */
export interface VerifiedStudy {
  trials: number;
  launches: number;
  /** Lines that begin with the file or its folder, relative to the study's. */
  differences: string[];
  /** Folders of trials and launches that the study's manifest does not name: they are newer. Relative to the study's. */
  newer: string[];
  /** What no manifest covers, in sentences. */
  notes: string[];
}

/** Every file of a study against the manifests. */
export async function verifyStudy(world: Touches, studyFolder: string): Promise<VerifiedStudy> {
  const folders = await trialFolders(world, studyFolder);
  const ofLaunches = await launchFolders(world, studyFolder);
  const differences: string[] = [];
  const without: string[] = [];
  for (const folder of [...folders, ...ofLaunches]) {
    const name = relative(studyFolder, folder);
    // Launches of earlier versions, and of runs that were killed, have no manifest; every trial has one.
    const hasNone = ofLaunches.includes(folder) && !(await world.files.exists(join(folder, manifestName)));
    if (hasNone) without.push(name);
    else for (const line of await differencesOf(world, folder)) differences.push(`${name}: ${line}`);
  }
  // A file may be as it was written, and of no use to this version. What a manifest says is said above.
  const [trials, launches] = [await readTrials(world, studyFolder), await readLaunches(world, studyFolder)];
  const unreadable = trials.leftOut.filter(({ trialId }) => trialId !== null);
  for (const { path, why, mend } of [...unreadable, ...launches.leftOut]) {
    differences.push(`${relative(studyFolder, path)}: left out: ${why}\n  ${mend}`);
  }
  const counts = { trials: folders.length, launches: ofLaunches.length };
  const notes = without.length === 0 ? [] : [withoutManifest(without)];
  if (!(await world.files.exists(join(studyFolder, manifestName))))
    return { ...counts, differences, newer: [], notes: [...notes, noStudyManifest] };
  const declared = await declaredFiles(world, studyFolder);
  if (!declared.ok) return { ...counts, differences: [...differences, declared.problem.message], newer: [], notes };
  for (const { message } of await differencesFrom(world, studyFolder, declared.value)) differences.push(message);
  const named = new Set(declared.value.map(({ path }) => path));
  const newer = [...folders, ...ofLaunches]
    .map((folder) => relative(studyFolder, folder))
    .filter((name) => !named.has(join(name, manifestName)) && !without.includes(name));
  return { ...counts, differences, newer, notes };
}

const noStudyManifest =
  "study.json and matrix.yaml are under no manifest: a run of this version writes one when it ends";

function withoutManifest(launches: readonly string[]): string {
  const [first] = launches;
  const which = launches.length === 1 ? `${first} has` : `${launches.length} launches, the first ${first}, have`;
  return `${which} no manifest: an earlier version wrote it, or its run was killed or goes on`;
}
