import type { DuckDBConnection } from "@duckdb/node-api";
import { createHash, randomUUID } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { putAside, putFileAside, type LeftOut } from "../schema/left-out.ts";
import { asEdited, editedRemedy, manifestName, trialEdited } from "../schema/manifest.ts";
import { fail, succeed, type Result } from "../schema/result.ts";
import { launchFormat, readStoredFile, trialFormat, type StoredFormat } from "../schema/stored-format.ts";
import { copyOf, foreignTo, studyNames, type Stored } from "../schema/stored-shape.ts";
import { concurrently, openAtOnce } from "../world/concurrently.ts";
import type { World } from "../world/world.ts";
import { columnViews, columnViewSql, type ColumnView } from "./column-views.ts";
import { escapedForGlob, quoted, withDatabase } from "./duckdb.ts";
import { fingerprint, type Fingerprint } from "./fingerprint.ts";
import structures from "./stored-json.json" with { type: "json" };
import { recordViews, recordViewSql } from "./views.ts";

export const indexName = "ceteris.duckdb";
const buildingPrefix = `${indexName}.building-`;

/** Of tables and views as this version has them, so that an index of another version is built anew. */
const layout = createHash("sha256")
  .update(JSON.stringify([structures.trial, structures.launch, recordViews, columnViews]))
  .digest("hex");

type Touches = Pick<World, "files" | "clock" | "machine">;

/**
 * Builds `<results>/ceteris.duckdb` from the folders: beside its place, then renamed, so that readers see the old one or
 * the new one. Trials, launches and parquet files that cannot be read are left out and named.
 * @param known what is in the folders, where that was looked at already
 * @param whenRead called when all trials and launches have been read: the rest is DuckDB's work, which needs no attention
 */
export async function buildIndex(
  world: Touches,
  resultsFolder: string,
  known?: Fingerprint,
  whenRead = (): void => {},
): Promise<Result<{ path: string; trials: number; leftOut: LeftOut[] }>> {
  const { files, machine } = world;
  const results = resolve(machine.workingFolder, resultsFolder);
  if (!(await files.exists(results))) return noResults(resultsFolder);
  const path = join(results, indexName);
  const building = join(results, `${buildingPrefix}${randomUUID()}`);
  await removeAbandoned(world, results);
  try {
    const present = known ?? (await fingerprint(world, results));
    const counts = await withDatabase(building, "READ_WRITE", (connection) =>
      fill(world, connection, results, present, whenRead),
    );
    await files.rename(building, path);
    return succeed({ path, ...counts });
  } catch (error) {
    return fail(
      "index-not-built",
      `${path} could not be built: ${error instanceof Error ? error.message : String(error)}`,
      "The folders are untouched: the index is only made from them. Check that the results folder can be written to and has room.",
    );
  } finally {
    await files.remove(building);
    await files.remove(`${building}.wal`);
  }
}

/** True where the index says what the folders say, was built here, and has the tables of this version. */
export async function isCurrent(connection: DuckDBConnection, present: Fingerprint, results: string): Promise<boolean> {
  try {
    const reader = await connection.runAndReadAll(
      `SELECT 1 FROM index_of WHERE layout = ${quoted(layout)} AND folder = ${quoted(results)} AND fingerprint = ${quoted(present.digest)}`,
    );
    return reader.currentRowCount === 1;
  } catch {
    return false; // no such table: not an index, or one of an older version
  }
}

async function fill(
  world: Touches,
  connection: DuckDBConnection,
  results: string,
  present: Fingerprint,
  whenRead: () => void,
): Promise<{ trials: number; leftOut: LeftOut[] }> {
  const trials = await readRecords(world, connection, results, {
    table: "stored_trials",
    alias: "t",
    folders: present.trials,
    file: "trial.json",
    structure: structures.trial,
    format: trialFormat,
  });
  const launches = await readRecords(world, connection, results, {
    table: "stored_launches",
    alias: "l",
    folders: present.launches,
    file: "launch.json",
    structure: structures.launch,
    format: launchFormat,
  });
  const leftOut = [...trials.leftOut, ...launches.leftOut];
  // In one call: between two DuckDB would wait for a caller that is busy.
  const made = connection.run(
    [
      trials.sql,
      launches.sql,
      ...recordViews.map((view) => `CREATE TABLE "${view.name}" AS ${recordViewSql(view)}`),
      ...columnViews.map((view) => createSql(view, patternsOf(results, present, view))),
    ].join(";\n"),
  );
  whenRead();
  try {
    await made;
  } catch {
    // A parquet file cannot be read; anything else fails once more.
    for (const view of columnViews) leftOut.push(...(await createColumnView(connection, results, present, view)));
  }
  await connection.run("CREATE TABLE left_out (path VARCHAR, trial_id VARCHAR, why VARCHAR, mend VARCHAR)");
  for (const { path, trialId, why, mend } of leftOut) {
    const row = [path, trialId, why, mend].map((text) => (text === null ? "NULL" : quoted(text)));
    await connection.run(`INSERT INTO left_out VALUES (${row.join(", ")})`);
  }
  await connection.run(
    `CREATE TABLE index_of AS SELECT ${quoted(layout)} AS layout, ${quoted(results)} AS folder, ${quoted(present.digest)} AS fingerprint`,
  );
  return { trials: trials.read, leftOut };
}

/** DuckDB opens every file of a view as it makes it. */
function createSql(view: ColumnView, sources: readonly string[]): string {
  return `CREATE OR REPLACE VIEW "${view.name}" AS ${columnViewSql(view, sources)}`;
}

/** One pattern for the files of all trials; none where no trial has such a file. */
function patternsOf(results: string, { columnFiles }: Fingerprint, { file }: ColumnView): string[] {
  return columnFiles.has(file) ? [`${escapedForGlob(results)}/*/exp*/exp*/${file}`] : [];
}

/** A view over a parquet file of every trial, by one pattern where all files can be read, else over those that can: answers with the others. */
async function createColumnView(
  connection: DuckDBConnection,
  results: string,
  present: Fingerprint,
  view: ColumnView,
): Promise<LeftOut[]> {
  const { file } = view;
  const leftOut: LeftOut[] = [];
  try {
    await connection.run(createSql(view, patternsOf(results, present, view)));
  } catch {
    const readable: string[] = [];
    for (const folder of present.columnFiles.get(file) ?? []) {
      const path = join(results, folder, file);
      const fault = await footerFault(connection, path);
      if (fault === null) readable.push(escapedForGlob(path));
      else {
        const mend = putAside(join(results, folder));
        leftOut.push({ path, trialId: basename(folder), why: `${path}: ${fault}`, mend });
      }
    }
    await connection.run(createSql(view, readable));
  }
  return leftOut;
}

/** What is wrong with the footer of a parquet file, which describes its content; null where nothing is. */
async function footerFault(connection: DuckDBConnection, path: string): Promise<string | null> {
  try {
    await connection.run(`SELECT num_rows FROM parquet_file_metadata(${quoted(escapedForGlob(path))})`);
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  }
}

interface Records {
  table: string;
  alias: string;
  /** Folders relative to the results folder, and the file in each. */
  folders: string[];
  file: "trial.json" | "launch.json";
  structure: object;
  format: StoredFormat;
}

/**
 * One row a file, as a struct. A file that cannot be read, or holds a copy of another trial or a trial of another study, is left
 * out and named; a trial that was edited is INVALID, and named.
 */
async function readRecords(
  { files }: Touches,
  connection: DuckDBConnection,
  results: string,
  { table, alias, folders, file, structure, format }: Records,
): Promise<{ read: number; leftOut: LeftOut[]; sql: string }> {
  const incoming = `${table}_read`;
  await connection.run(`CREATE TEMP TABLE ${incoming} (folder VARCHAR, content VARCHAR)`);
  const appender = await connection.createAppender(incoming);
  const isTrial = file === "trial.json";
  const namesByStudy = new Map<string, Set<string>>();
  for (const folder of folders) {
    const names = namesByStudy.get(studyOf(folder)) ?? new Set();
    namesByStudy.set(studyOf(folder), names.add(basename(folder)));
  }
  const studies = new Map<string, ReadonlySet<string> | null>();
  for (const study of namesByStudy.keys()) {
    const record = await files.readText(join(results, study, "study.json")).catch(() => null);
    studies.set(study, studyNames(study, record));
  }
  const rowOf = (folder: string, manifest: string | null) => (stored: Stored, text: string) => {
    if (!isTrial) return { json: withMembers(stored, structure), copied: null, edited: null };
    const study = studyOf(folder);
    const edited = trialEdited(text, manifest);
    return {
      json: withMembers(edited === null ? stored : asEdited(stored, edited), structure),
      copied:
        copyOf(idOf(stored), basename(folder), namesByStudy.get(study)!) ??
        foreignTo(studies.get(study) ?? null, stored["study"] as string),
      edited,
    };
  };
  let read = 0;
  const leftOut: LeftOut[] = [];
  const readOne = async (folder: string) => {
    const path = join(results, folder, file);
    const mend = isTrial ? putAside(join(results, folder)) : putFileAside(path);
    const manifest = isTrial ? await files.readText(join(results, folder, manifestName)).catch(() => null) : null;
    const found = await readStoredFile(files, { format, path, mend }, rowOf(folder, manifest));
    return { folder, path, mend, record: found ?? fail("gone", `${path} is not there`, mend) };
  };
  for await (const { folder, path, mend, record } of concurrently(folders, openAtOnce, readOne)) {
    if (record.ok && record.value.copied === null) {
      read += 1;
      appender.appendVarchar(folder);
      appender.appendVarchar(record.value.json);
      appender.endRow();
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
    if (record.ok) leftOut.push({ path, trialId, why: `${path} ${record.value.copied}`, mend });
    else leftOut.push({ path, trialId, why: record.problem.message, mend: record.problem.hint });
  }
  appender.closeSync();
  const shape = quoted(JSON.stringify(structure));
  const sql = `CREATE TEMP TABLE ${table} AS SELECT json_transform(content, ${shape}) AS ${alias}, folder FROM ${incoming}`;
  return { read, leftOut, sql };
}

/** Of `study/experiment/trial` and `study/launches/launch`. */
function studyOf(folder: string): string {
  return dirname(dirname(folder));
}

function idOf(stored: Stored): string {
  return (stored["spec"] as { trial_id: string }).trial_id;
}

/** The members that the index takes, as JSON. A resolved configuration is most of a file, and stays out. */
function withMembers(stored: Stored, structure: object): string {
  return JSON.stringify(Object.fromEntries(Object.keys(structure).map((member) => [member, stored[member]])));
}

/** A build writes all the time, and takes minutes at most. */
const abandonedAfterMs = 3_600_000;

/** Files of builds that were killed, by their age: processes of other hosts and containers, which share the folder, cannot be seen. */
async function removeAbandoned({ files, clock }: Touches, results: string): Promise<void> {
  const nowMs = Date.parse(clock.wall());
  for (const name of await files.list(results)) {
    if (!name.startsWith(buildingPrefix)) continue;
    const found = await files.stat(join(results, name));
    if (found !== null && nowMs - found.modifiedMs > abandonedAfterMs) await files.remove(join(results, name));
  }
}

export function noResults(resultsFolder: string): {
  ok: false;
  problem: { code: string; message: string; hint: string };
} {
  return fail(
    "no-results",
    `there is no results folder ${resultsFolder}`,
    "Run a matrix first (`ceteris run MATRIX`), or name the folder with --results.",
  );
}
