import { basename, join, relative } from "node:path";
import type { Json } from "../schema/json.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import { readLaunches } from "./launches.ts";
import { readTrials, trialFolders } from "./read-trials.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";

export const manifestName = "MANIFEST.json";
const format = "ceteris.manifest/1";

/** One file of a trial folder as it was when the trial was written. */
export interface ManifestEntry {
  path: string;
  bytes: number;
  sha256: string;
}

/** How a file differs from what the manifest says of it. */
export interface ManifestDifference {
  path: string;
  kind: "missing" | "changed" | "added";
  message: string;
}

type Touches = Pick<World, "files">;

/** Size and sha256 of every file of the folder, by name, without the manifest itself. */
export async function manifestEntries({ files }: Touches, folder: string): Promise<ManifestEntry[]> {
  const entries: ManifestEntry[] = [];
  for (const path of await files.list(folder)) {
    if (path === manifestName) continue;
    const [found, sha256] = await Promise.all([files.stat(join(folder, path)), files.sha256(join(folder, path))]);
    if (found !== null && sha256 !== null) entries.push({ path, bytes: found.size, sha256 });
  }
  return entries;
}

/** Writes `MANIFEST.json`, the last file of a trial. */
export async function writeManifest(world: Touches, folder: string): Promise<void> {
  const files = (await manifestEntries(world, folder)).map((entry) => ({ ...entry }));
  await world.files.writeText(join(folder, manifestName), `${JSON.stringify({ format, files }, null, 2)}\n`);
}

/** What differs between a trial folder and its manifest: an empty list is a whole trial. A manifest that cannot be read is a failure. */
export async function verifyTrial(world: Touches, folder: string): Promise<Result<ManifestDifference[]>> {
  const path = join(folder, manifestName);
  const text = await world.files.readText(path);
  if (text === null) return unreadable(path, "there is none");
  const declared = readEntries(text);
  if (declared === null) return unreadable(path, `it is not ${format}`);
  const found = new Map((await manifestEntries(world, folder)).map((entry) => [entry.path, entry]));
  const differences: ManifestDifference[] = [];
  for (const entry of declared) {
    const now = found.get(entry.path);
    found.delete(entry.path);
    if (now === undefined) {
      differences.push({ path: entry.path, kind: "missing", message: `${entry.path} is not there` });
    } else if (now.sha256 !== entry.sha256) {
      const sizes = now.bytes === entry.bytes ? `${now.bytes} bytes as before` : `${entry.bytes} → ${now.bytes} bytes`;
      differences.push({ path: entry.path, kind: "changed", message: `${entry.path} has another sha256 (${sizes})` });
    }
  }
  for (const added of found.keys())
    differences.push({ path: added, kind: "added", message: `${added} is not in the manifest` });
  return succeed(differences);
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
async function differencesOf(world: Touches, folder: string): Promise<string[]> {
  const verified = await verifyTrial(world, folder).catch((error: Error) => unreadable(folder, error.message));
  return verified.ok ? verified.value.map(({ message }) => message) : [verified.problem.message];
}

/** Every trial of a study against its manifest; a difference is a line that begins with the trial's folder. */
export async function verifyStudy(
  world: Touches,
  studyFolder: string,
): Promise<{ trials: number; differences: string[] }> {
  const folders = await trialFolders(world, studyFolder);
  const differences: string[] = [];
  for (const folder of folders) {
    const lines = await differencesOf(world, folder);
    differences.push(...lines.map((line) => `${relative(studyFolder, folder)}: ${line}`));
  }
  // A file may be as it was written, and of no use to this version.
  const [trials, launches] = [await readTrials(world, studyFolder), await readLaunches(world, studyFolder)];
  for (const { path, why, mend } of [...trials.leftOut, ...launches.leftOut]) {
    differences.push(`${relative(studyFolder, path)}: left out: ${why}\n  ${mend}`);
  }
  return { trials: folders.length, differences };
}

function readEntries(text: string): ManifestEntry[] | null {
  try {
    const value = JSON.parse(text) as { format?: Json; files?: ManifestEntry[] };
    return value.format === format && Array.isArray(value.files) ? value.files : null;
  } catch {
    return null;
  }
}

function unreadable(path: string, why: string): { ok: false; problem: Fault } {
  return fail(
    "manifest-unreadable",
    `${manifestName} cannot be held against the files: ${why}`,
    "Nothing can be said of this trial's files. Take the folder from a backup, or remove it and run the trial again.",
  );
}
