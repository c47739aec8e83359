import { asMap, parseJson } from "./json.ts";
import { fail, succeed, type Fault, type Result } from "./result.ts";
import { brokenLaunch, brokenStudy, brokenSubmission, brokenTrial, type Stored } from "./stored-shape.ts";

/** Turns a stored value of one major format into the next, in memory. Files are never rewritten: they may be signed. */
export type Upgrade = (stored: Stored) => Stored;

export interface StoredFormat {
  name: string;
  /** The major that this version writes. */
  major: number;
  /** From major n to n + 1, under n. */
  upgrades: Record<number, Upgrade>;
  /** What is wrong with the shape of a value of the present major; null where its readers find all they need. */
  broken: (stored: Stored) => string | null;
}

export const trialFormat: StoredFormat = { name: "ceteris.trial", major: 1, upgrades: {}, broken: brokenTrial };
export const launchFormat: StoredFormat = { name: "ceteris.launch", major: 1, upgrades: {}, broken: brokenLaunch };
export const studyFormat: StoredFormat = { name: "ceteris.study", major: 1, upgrades: {}, broken: brokenStudy };
export const submissionFormat: StoredFormat = {
  name: "ceteris.submission",
  major: 1,
  upgrades: {},
  broken: brokenSubmission,
};

/**
 * Reads a stored value, in the names of the disk, and brings it up to the present major. A newer major, another format or
 * broken JSON is a failure that names the path; `mend` is its hint where the file itself is at fault.
 */
export function readStored(format: StoredFormat, text: string, path: string, mend: string): Result<Stored> {
  const value = parseJson(text);
  if (value === undefined) return fail("stored-file-broken", `${path} is not JSON`, mend);
  const stored = asMap(value) ?? {};
  const says = typeof stored["format"] === "string" ? stored["format"] : "";
  const [, name, digits] = /^(.+)\/(\d+)$/.exec(says) ?? [];
  const major = Number(digits);
  if (name !== format.name || major < 1) {
    return fail(
      "stored-format-unknown",
      `${path} says format ${JSON.stringify(stored["format"] ?? null)}, expected "${format.name}/${format.major}"`,
      mend,
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
  return broken === null ? succeed(upgraded) : fail("stored-file-broken", `${path} ${broken}`, mend);
}

/**
 * The same of a file, made into what the caller needs from the value and the text that it stood in; null where there is none. A
 * file that this user may not open is a failure too.
 */
export async function readStoredFile<Shape>(
  files: { readText(path: string): Promise<string | null> },
  { format, path, mend }: { format: StoredFormat; path: string; mend: string },
  shapeOf: (stored: Stored, text: string) => Shape,
): Promise<Result<Shape> | null> {
  try {
    const text = await files.readText(path);
    if (text === null) return null;
    const read = readStored(format, text, path, mend);
    return read.ok ? succeed(shapeOf(read.value, text)) : read;
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) return fail("stored-file-broken", `${path} cannot be read: ${message}`, mend);
    return fail(
      "stored-file-unreadable",
      `${path} cannot be read: ${code}`,
      `Let this user read it: chmod u+r ${path}`,
    );
  }
}

/** True where the file itself is whole: another version of ceteris can read it, or another user. */
export function isWholeFile({ code }: Pick<Fault, "code">): boolean {
  return code === "stored-format-newer" || code === "stored-file-unreadable";
}
