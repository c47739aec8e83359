import { basename, dirname, join } from "node:path";
import { toDisk } from "../schema/disk.ts";
import type { Observation } from "../schema/observation.ts";
import { fail, succeed, type Fault, type Result } from "../schema/result.ts";
import type { Trial } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Lease } from "../world/lease.ts";
import type { World } from "../world/world.ts";
import { writeManifest } from "./manifest.ts";
import {
  engineMetricsFile,
  outputsFile,
  requestsFile,
  seriesTable,
  telemetryFile,
  tokensFile,
  type OutputRow,
} from "./parquet-files.ts";
import { writeParquet } from "./parquet/write.ts";
import { studyFileName } from "./study-file.ts";

export const partialPrefix = ".partial-";
/** In a trial's folder: the stack of the internal error that ended it. */
export const internalErrorFile = "internal-error.txt";

/** Of the failure of a run whose block another one took over. */
export const leaseLostCode = "lease-lost";

/** A trial's folder within that of its study. */
export function trialFolder(
  studyFolder: string,
  { experimentId, trialId }: Pick<TrialSpec, "experimentId" | "trialId">,
): string {
  return join(studyFolder, experimentId, trialId);
}

/** What a trial leaves beside `trial.json`; a trial that failed before its load has none of it. */
export interface TrialFiles {
  observation: Observation | null;
  outputs: OutputRow[] | null;
  /** The stack of the internal error that ended the trial. */
  internalError?: string;
}

/**
 * Writes `<results>/<study>/<experiment>/<trial>/` and returns its path. Everything is written beside the place and renamed
 * into it when it is whole: a folder that is there is complete, and one that is there is never written again.
 * With a lease the trial is stored only while that is held. Failures: `trial-exists`, `lease-lost`, `disk-full`,
 * `results-not-writable`; after each nothing of the trial is left.
 */
export async function writeTrial(
  world: Pick<World, "files">,
  resultsFolder: string,
  trial: Trial,
  trialFiles: TrialFiles,
  lease?: Pick<Lease, "folder" | "commit" | "isHeld">,
): Promise<Result<string>> {
  const { files } = world;
  const studyFolder = join(resultsFolder, trial.study);
  const place = trialFolder(studyFolder, trial.spec);
  // In the lease's folder no other run writes, not even one that took the lease over.
  const partial = join(lease?.folder ?? dirname(place), `${partialPrefix}${trial.spec.trialId}`);
  if (await files.exists(place)) return alreadyThere(place);
  try {
    await files.remove(partial);
    await files.makeFolder(partial);
    const needed = estimatedBytes(trialFiles);
    const free = await files.freeBytes(partial);
    if (free !== null && free < needed) {
      await files.remove(partial);
      return diskFull(place, `${megabytes(free)} MB are free, about ${megabytes(needed)} MB are needed`);
    }
    await files.writeText(join(partial, "trial.json"), `${JSON.stringify(toDisk(trial), null, 2)}\n`);
    if (trialFiles.internalError !== undefined)
      await files.writeText(join(partial, internalErrorFile), `${trialFiles.internalError}\n`);
    await writeColumns(partial, trialFiles);
    await writeManifest(world, partial);
    await files.makeFolder(dirname(place));
    for (const name of await files.list(partial)) await files.sync(join(partial, name));
    await files.sync(partial);
    if (lease === undefined) await files.rename(partial, place);
    else if (!(await lease.commit(partial, place))) {
      await files.remove(partial);
      return { ok: false, problem: await leaseLost(world, studyFolder) };
    }
    await files.sync(dirname(place));
    await files.sync(dirname(dirname(place)));
    return succeed(place);
  } catch (error) {
    await files.remove(partial);
    // Whoever takes a lease over empties its folder, also under our hands.
    if (lease === undefined || (await lease.isHeld())) return asFailure(error, place);
    return { ok: false, problem: await leaseLost(world, studyFolder) };
  }
}

async function writeColumns(folder: string, { observation, outputs }: TrialFiles): Promise<void> {
  const at = (name: string): string => join(folder, name);
  if (observation !== null) {
    const series = Object.groupBy(observation.series, ({ source }) => (source === "engine" ? "engine" : "telemetry"));
    await writeParquet(requestsFile, observation.requests, at(requestsFile.name));
    await writeParquet(tokensFile, observation.tokens, at(tokensFile.name));
    await writeParquet(engineMetricsFile, seriesTable(series.engine ?? []), at(engineMetricsFile.name));
    await writeParquet(telemetryFile, seriesTable(series.telemetry ?? []), at(telemetryFile.name));
  }
  if (outputs !== null) await writeParquet(outputsFile, outputs, at(outputsFile.name));
}

/** Free bytes that every trial needs, for `trial.json` and the manifest. */
export const reserveBytes = 4_000_000;

/** Bytes a row takes uncompressed, rounded up: a guess that errs high. */
const bytesPer = { token: 26, request: 400, point: 40 };

function estimatedBytes({ observation, outputs }: TrialFiles): number {
  let bytes = reserveBytes;
  if (observation !== null) {
    bytes += observation.tokens.length * bytesPer.token + observation.requests.length * bytesPer.request;
    for (const { atNs } of observation.series) bytes += atNs.length * bytesPer.point;
  }
  for (const { prediction, reference } of outputs ?? [])
    bytes += 2 * (prediction.length + (reference?.length ?? 0)) + bytesPer.point;
  return bytes;
}

function asFailure(error: unknown, place: string): Result<string> {
  const { code, message } = error as NodeJS.ErrnoException;
  const says = message ?? "";
  if (code === "ENOSPC" || code === "EDQUOT" || /no space left|disk quota exceeded/i.test(says)) {
    return diskFull(place, "the file system has no room left");
  }
  if (code === "EFBIG") return diskFull(place, "no file may grow that large here (`ulimit -f` says how large)");
  if (code === "ENOTEMPTY" || code === "EEXIST") return alreadyThere(place);
  if (code === "EACCES" || code === "EROFS" || code === "EPERM" || /permission denied|read-only file/i.test(says)) {
    return fail(
      "results-not-writable",
      `${place} could not be written: ${code ?? says}`,
      "Give this user the right to write there, or choose another folder with --results.",
    );
  }
  throw error;
}

function diskFull(place: string, why: string): Result<string> {
  return fail(
    "disk-full",
    `${place} was not written: ${why}`,
    "Free some space, or choose another folder with --results; `run` again does this trial and what follows.",
  );
}

/** Why a run lost a block: another one took it over, or the study's folder is no longer where the run writes. */
export async function leaseLost({ files }: Pick<World, "files">, studyFolder: string): Promise<Fault> {
  const isThere = await files.exists(join(studyFolder, studyFileName));
  return isThere
    ? {
        code: leaseLostCode,
        message: `another run took over a block of ${basename(studyFolder)}, since this one gave no sign of life`,
        hint: "What was measured is kept, and the other run goes on from there: `ceteris status` shows it.",
      }
    : {
        code: leaseLostCode,
        message: `${studyFolder} was moved or removed while this run wrote to it`,
        hint: "Run the matrix again with --results and the place where it is now: what was measured is kept there.",
      };
}

function alreadyThere(place: string): Result<string> {
  return fail(
    "trial-exists",
    `${place} is there already and is never written again`,
    "Plan another attempt (`run --retry failed|invalid`), or move the folder away.",
  );
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
