import { fromDisk } from "../schema/disk.ts";
import type { Json } from "../schema/json.ts";
import { fail, succeed, type Result } from "../schema/result.ts";

/** Turns a stored value of one major format into the next, in memory. Files are never rewritten: they may be signed. */
export type Upgrade = (stored: { [key: string]: Json }) => { [key: string]: Json };

/** A stored format: the major that this version writes, and the upgrade from each older one. */
export interface StoredFormat {
  name: string;
  major: number;
  /** From major n to n + 1, under n. */
  upgrades: Record<number, Upgrade>;
}

export const trialFormat: StoredFormat = { name: "ceteris.trial", major: 1, upgrades: {} };
export const launchFormat: StoredFormat = { name: "ceteris.launch", major: 1, upgrades: {} };

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
  return succeed(fromDisk<Shape>(upgraded));
}
