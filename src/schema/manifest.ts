import { hash } from "node:crypto";
import { asMap, parseMap, type Json } from "./json.ts";
import type { Stored } from "./stored-shape.ts";
import type { Check, Verdict } from "./trial.ts";

/** In each folder of a trial, a launch and a study: what its files were when it was written. */
export const manifestName = "MANIFEST.json";
export const manifestFormat = "ceteris.manifest/1";

/** One file as it was when its folder was written. */
export interface ManifestEntry {
  /** Relative to the manifest's folder. */
  path: string;
  bytes: number;
  sha256: string;
}

/** Null where a text is no manifest that this version reads. */
export function readManifest(text: string): ManifestEntry[] | null {
  const { format, files } = parseMap(text) ?? {};
  if (format !== manifestFormat || !Array.isArray(files)) return null;
  const entries = files.flatMap((file) => readEntry(file) ?? []);
  return entries.length === files.length ? entries : null;
}

function readEntry(value: Json): ManifestEntry | null {
  const { path, bytes, sha256 } = asMap(value) ?? {};
  if (typeof path !== "string" || typeof bytes !== "number" || typeof sha256 !== "string") return null;
  return { path, bytes, sha256 };
}

/** How `trial.json` differs from what the manifest beside it says; null where it is as it was written. `manifest`: null where there is none. */
export function trialEdited(trial: string, manifest: string | null): string | null {
  if (manifest === null) return `there is no ${manifestName} to hold trial.json against`;
  const entry = readManifest(manifest)?.find(({ path }) => path === "trial.json");
  if (entry === undefined) return `${manifestName} cannot be read, so that trial.json cannot be held against it`;
  const sha256 = hash("sha256", trial);
  return sha256 === entry.sha256
    ? null
    : `trial.json was edited since it was written: ${manifestName} has another sha256`;
}

/** The check that only a trial has whose `trial.json` is not as it was written. */
const asWritten = "as-written";

/** What to do about such a trial. */
export const editedRemedy = "Take its folder from a backup, or measure it again: ceteris run MATRIX --retry invalid";

/**
 * A stored trial whose `trial.json` is not as it was written: INVALID, whatever it says of itself, since nobody can tell
 * what was measured. In memory alone.
 */
export function asEdited(stored: Stored, why: string): Stored {
  const check: Check = {
    id: asWritten,
    status: "fail",
    value: null,
    limit: null,
    margin: null,
    unit: "",
    message: why,
    remedy: `${editedRemedy}.`,
    about: "machine",
  };
  const verdict = {
    ...asMap(stored["verdict"]),
    status: "INVALID",
    reason: why,
    checks: [{ ...check }],
    failure: null,
  };
  return { ...stored, verdict };
}

/** True of a trial whose `trial.json` is not as it was written. */
export function isEdited({ verdict: { checks } }: { verdict: Pick<Verdict, "checks"> }): boolean {
  return checks.some(({ id, status }) => id === asWritten && status === "fail");
}
