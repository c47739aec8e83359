import { basename, join } from "node:path";
import { manifestFormat, manifestName, readManifest, type ManifestEntry } from "../schema/manifest.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import { trialFolders } from "./read-trials.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";

/** Beside the manifest of a study: who signed it. */
export const signatureName = "MANIFEST.sig";

/** How a file differs from what the manifest says of it. */
export interface ManifestDifference {
  path: string;
  kind: "missing" | "changed" | "added" | "unreadable";
  message: string;
}

type Touches = Pick<World, "files">;

/** Size and sha256 of files of a folder; those that are not there, or are folders, are left out. */
export async function manifestEntries(
  { files }: Touches,
  folder: string,
  paths: readonly string[],
): Promise<ManifestEntry[]> {
  const entryOf = async (path: string): Promise<ManifestEntry[]> => {
    const [found, sha256] = await Promise.all([files.stat(join(folder, path)), files.sha256(join(folder, path))]);
    return found === null || sha256 === null ? [] : [{ path, bytes: found.size, sha256 }];
  };
  return (await Array.fromAsync(concurrently(paths, openAtOnce, entryOf))).flat();
}

/** A manifest as its file has it. */
export function manifestText(entries: readonly ManifestEntry[]): string {
  return `${JSON.stringify({ format: manifestFormat, files: entries }, null, 2)}\n`;
}

/** Writes `MANIFEST.json`, the last file of a trial and of a launch, over every other file of the folder. */
export async function writeManifest(world: Touches, folder: string): Promise<void> {
  const entries = await manifestEntries(world, folder, await ownFiles(world, folder));
  await world.files.writeText(join(folder, manifestName), manifestText(entries));
}

/** Names that begin with a dot are not finished or not ours. */
async function ownFiles({ files }: Touches, folder: string): Promise<string[]> {
  return (await files.list(folder)).filter((name) => name !== manifestName && !name.startsWith("."));
}

/** What differs between the folder of a trial or a launch and its manifest: an empty list is a whole one. A manifest that cannot be read is a failure. */
export async function verifyFolder(world: Touches, folder: string): Promise<Result<ManifestDifference[]>> {
  const declared = await declaredFiles(world, folder);
  if (!declared.ok) return declared;
  const known = new Set(declared.value.map(({ path }) => path));
  const others = (await ownFiles(world, folder)).filter((path) => !known.has(path));
  const added = (await manifestEntries(world, folder, others)).map(({ path }): ManifestDifference => ({
    path,
    kind: "added",
    message: `${path} is not in the manifest`,
  }));
  return succeed([...(await differencesFrom(world, folder, declared.value)), ...added]);
}

/** What the manifest of a folder says. Failure: there is none, or it cannot be read. */
export async function declaredFiles({ files }: Touches, folder: string): Promise<Result<ManifestEntry[]>> {
  const text = await files.readText(join(folder, manifestName));
  if (text === null) return unreadable("there is none");
  const declared = readManifest(text);
  return declared === null ? unreadable(`it is not ${manifestFormat}`) : succeed(declared);
}

/** Each file that is missing, or is another than was declared. */
export async function differencesFrom(
  world: Touches,
  folder: string,
  declared: readonly ManifestEntry[],
): Promise<ManifestDifference[]> {
  const differencesOfOne = async ({ path, bytes, sha256 }: ManifestEntry): Promise<ManifestDifference[]> => {
    const read = await manifestEntries(world, folder, [path]).catch((error: NodeJS.ErrnoException) => error);
    if (read instanceof Error)
      return [{ path, kind: "unreadable", message: `${path} cannot be read: ${read.code ?? read.message}` }];
    const [now] = read;
    if (now === undefined) return [{ path, kind: "missing", message: `${path} is not there` }];
    if (now.sha256 === sha256 && now.bytes === bytes) return [];
    const sizes = now.bytes === bytes ? `${bytes} bytes as before` : `${bytes} → ${now.bytes} bytes`;
    return [{ path, kind: "changed", message: `${path} has another sha256 (${sizes})` }];
  };
  return (await Array.fromAsync(concurrently(declared, openAtOnce, differencesOfOne))).flat();
}

/** How one file of a folder differs from what its manifest says; null where it does not, or the manifest does not say. */
export async function fileDifference(world: Touches, folder: string, path: string): Promise<string | null> {
  const declared = await declaredFiles(world, folder);
  const entries = declared.ok ? declared.value.filter((entry) => entry.path === path) : [];
  return (await differencesFrom(world, folder, entries))[0]?.message ?? null;
}

/** What a trial's folder says of itself: the sha256 of its manifest, null where it has none, and how its files differ from it. */
export interface TrialProof {
  manifest: string | null;
  differences: string[];
}

/** Every trial of a study by its id, which names its folder, with what its manifest says of it. */
export async function trialProofs(world: Touches, studyFolder: string): Promise<Map<string, TrialProof>> {
  const proofOf = async (folder: string): Promise<[string, TrialProof]> => {
    const manifest = await world.files.sha256(join(folder, manifestName)).catch(() => null);
    return [basename(folder), { manifest, differences: await differencesOf(world, folder) }];
  };
  return new Map(await Array.fromAsync(concurrently(await trialFolders(world, studyFolder), openAtOnce, proofOf)));
}

/** In words; that a manifest cannot be read is one too. */
export async function differencesOf(world: Touches, folder: string): Promise<string[]> {
  const verified = await verifyFolder(world, folder).catch((error: Error) => unreadable(error.message));
  return verified.ok ? verified.value.map(({ message }) => message) : [verified.problem.message];
}

/** Removes a study's manifest, and its signature first, before what they cover is written again: a kill between the two leaves nothing that does not hold. */
export async function unsealStudy({ files }: Touches, studyFolder: string): Promise<void> {
  await files.remove(join(studyFolder, signatureName));
  await files.remove(join(studyFolder, manifestName));
}

function unreadable(why: string): { ok: false; problem: Fault } {
  return fail(
    "manifest-unreadable",
    `${manifestName} cannot be held against the files: ${why}`,
    "Nothing can be said of the files of this folder. Take it from a backup; a trial's can be removed and the trial run again.",
  );
}
