import type { DuckDBConnection } from "@duckdb/node-api";
import { basename, dirname, join } from "node:path";
import { putAside, putFileAside, strayTrial, type LeftOut } from "../schema/left-out.ts";
import {
  asEdited,
  editedRemedy,
  manifestName,
  readManifest,
  trialEdited,
  type ManifestEntry,
} from "../schema/manifest.ts";
import { fail } from "../schema/result.ts";
import { sqlText } from "../schema/sql-text.ts";
import { readStoredFile, type StoredFormat } from "../schema/stored-format.ts";
import { studyNames, type Stored } from "../schema/stored-shape.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { columnar, columnarShape, type Shape } from "./columnar.ts";

/** Files that are handed over at a time: DuckDB takes them in while the next are read. */
const BATCH = 500;

export interface Records {
  /** The table of one struct a file that the views are made from, and the struct. */
  table: string;
  alias: string;
  /** Folders relative to the results folder, and the file in each. */
  folders: string[];
  file: "trial.json" | "launch.json";
  shape: Shape;
  format: StoredFormat;
}

/**
 * Fills the tables that are made from one kind of file. A file that cannot be read, or a trial that does not lie in its place, is
 * left out and named; a trial that was edited is INVALID, and named.
 * Answers when all have been read; `taken`: when DuckDB has taken them in. `manifests`: of each trial's folder that has one.
 */
export async function takeIn(
  { files }: Pick<World, "files">,
  connection: DuckDBConnection,
  results: string,
  { table, alias, folders, file, shape, format }: Records,
): Promise<{ read: number; leftOut: LeftOut[]; manifests: Map<string, ManifestEntry[]>; taken: Promise<unknown> }> {
  const structure = sqlText(JSON.stringify(columnarShape(shape)));
  const take = `SELECT json_transform(content, ${structure}) AS ${alias}, folder FROM incoming`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE incoming (folder VARCHAR, content VARCHAR)`);
  await connection.run(`CREATE TABLE ${table} AS ${take}`);
  const handOver = async (batch: readonly (readonly [folder: string, content: string])[]): Promise<void> => {
    const appender = await connection.createAppender("incoming");
    for (const [folder, content] of batch) {
      appender.appendVarchar(folder);
      appender.appendVarchar(content);
      appender.endRow();
    }
    appender.closeSync();
    await connection.run(`INSERT INTO ${table} ${take}; TRUNCATE incoming`);
  };
  const isTrial = file === "trial.json";
  const places = new Set(folders.map((folder) => join(results, folder)));
  const studies = new Map<string, ReadonlySet<string> | null>();
  for (const study of new Set(folders.map(studyOf))) {
    const record = await files.readText(join(results, study, "study.json")).catch(() => null);
    studies.set(study, studyNames(study, record));
  }
  const rowOf = (folder: string, manifest: string | null) => (stored: Stored, text: string) => {
    if (!isTrial) return { content: JSON.stringify(columnar(stored, shape)), stray: null, edited: null };
    const known = { folders: places, studies: studies.get(studyOf(folder)) ?? null };
    const edited = trialEdited(text, manifest);
    return {
      content: JSON.stringify(columnar(edited === null ? stored : asEdited(stored, edited), shape)),
      stray: strayTrial(placedBy(stored), join(results, folder), known),
      edited,
    };
  };
  const manifests = new Map<string, ManifestEntry[]>();
  const readOne = async (folder: string) => {
    const path = join(results, folder, file);
    const mend = isTrial ? putAside(join(results, folder)) : putFileAside(path);
    const manifest = isTrial ? await files.readText(join(results, folder, manifestName)).catch(() => null) : null;
    manifests.set(folder, readManifest(manifest ?? "") ?? []);
    const found = await readStoredFile(files, { format, path, mend }, rowOf(folder, manifest));
    return { folder, path, record: found ?? fail("gone", `${path} is not there`, mend) };
  };
  let read = 0;
  let batch: [string, string][] = [];
  let taken = Promise.resolve();
  const leftOut: LeftOut[] = [];
  const next = async (): Promise<void> => {
    await taken;
    taken = handOver(batch);
    taken.catch(() => undefined); // it is awaited later
    batch = [];
  };
  for await (const { folder, path, record } of concurrently(folders, openAtOnce, readOne)) {
    if (record.ok && record.value.stray === null) {
      read += 1;
      batch.push([folder, record.value.content]);
      if (batch.length === BATCH) await next();
      const { edited } = record.value;
      if (edited !== null)
        leftOut.push({
          path,
          trialId: basename(folder),
          why: `${join(results, folder)}: ${edited}`,
          mend: editedRemedy,
        });
      continue;
    }
    const trialId = isTrial ? basename(folder) : null;
    if (record.ok) leftOut.push({ path, trialId, ...record.value.stray! });
    else leftOut.push({ path, trialId, why: record.problem.message, mend: record.problem.hint });
  }
  await next();
  return { read, leftOut, manifests, taken };
}

/** Of `study/experiment/trial` and `study/launches/launch`. */
function studyOf(folder: string): string {
  return dirname(dirname(folder));
}

function placedBy(stored: Stored): Parameters<typeof strayTrial>[0] {
  const spec = stored["spec"] as { experiment_id: string; trial_id: string };
  return { study: stored["study"] as string, spec: { experimentId: spec.experiment_id, trialId: spec.trial_id } };
}
