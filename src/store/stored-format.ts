import { fromDisk } from "../schema/disk.ts";
import type { Json } from "../schema/json.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import { brokenLaunch, brokenStudy, brokenTrial } from "../schema/stored-shape.ts";
import type { Files } from "../world/world.ts";

/** Turns a stored value of one major format into the next, in memory. Files are never rewritten: they may be signed. */
export type Upgrade = (stored: { [key: string]: Json }) => { [key: string]: Json };

/** A stored format: the major that this version writes, and the upgrade from each older one. */
export interface StoredFormat {
  name: string;
  major: number;
  /** From major n to n + 1, under n. */
  upgrades: Record<number, Upgrade>;
  /** What is wrong with the shape of a value of the present major; null where its readers find all they need. */
  broken: (stored: { [key: string]: Json }) => string | null;
}

export const trialFormat: StoredFormat = { name: "ceteris.trial", major: 1, upgrades: {}, broken: brokenTrial };
export const launchFormat: StoredFormat = { name: "ceteris.launch", major: 1, upgrades: {}, broken: brokenLaunch };
export const studyFormat: StoredFormat = { name: "ceteris.study", major: 1, upgrades: {}, broken: brokenStudy };

/** Reads a stored value, brought up to the present major. A newer major, another format or broken JSON is a failure that names the path. */
export function readStored<Shape>(format: StoredFormat, text: string, path: string): Result<Shape> {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return fail(
      "stored-file-broken",
      `${path} is not JSON`,
      "The file was changed after it was written. `ceteris verify` tells which; take it from a backup, or remove its folder.",
    );
  }
  const stored = value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
  const says = typeof stored["format"] === "string" ? stored["format"] : "";
  const [, name, digits] = /^(.+)\/(\d+)$/.exec(says) ?? [];
  const major = Number(digits);
  if (name !== format.name || major < 1) {
    return fail(
      "stored-format-unknown",
      `${path} says format ${JSON.stringify(stored["format"] ?? null)}, expected "${format.name}/${format.major}"`,
      "Check that the folder holds what its name says.",
    );
  }
  if (major > format.major) {
    return fail(
      "stored-format-newer",
      `${path} is ${says}; this version reads up to ${format.name}/${format.major}`,
      "Use the version of ceteris that wrote it, or a later one.",
    );
  }
  let upgraded = stored;
  for (let from = major; from < format.major; from += 1) {
    const upgrade = format.upgrades[from];
    if (upgrade === undefined) throw new Error(`no upgrade from ${format.name}/${from}`);
    upgraded = { ...upgrade(upgraded), format: `${format.name}/${from + 1}` };
  }
  const broken = format.broken(upgraded);
  if (broken === null) return succeed(fromDisk<Shape>(upgraded));
  return fail(
    "stored-file-broken",
    `${path} ${broken}`,
    "The file was changed after it was written: take it from a backup, or put it aside.",
  );
}

/** The same of a file; null where there is none. One that may not be opened is a failure too. */
export async function readStoredFile<Shape>(
  files: Files,
  format: StoredFormat,
  path: string,
): Promise<Result<Shape> | null> {
  try {
    const text = await files.readText(path);
    return text === null ? null : readStored<Shape>(format, text, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(
      "stored-file-unreadable",
      `${path} cannot be read: ${code ?? message}`,
      `Let this user read it: chmod u+r ${path}`,
    );
  }
}

/** True where nothing is wrong with the file: another version of ceteris reads it, or another user. */
export function isMendedOtherwise({ code }: Pick<Fault, "code">): boolean {
  return code === "stored-format-newer" || code === "stored-file-unreadable";
}
