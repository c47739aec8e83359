import type { DuckDBConnection } from "@duckdb/node-api";
import { join, resolve } from "node:path";
import { fail, succeed, type Result } from "../schema/result.ts";
import type { World } from "../world/world.ts";
import { columnViews, columnViewSql } from "./column-views.ts";
import { escapedForGlob, quoted, withDatabase } from "./duckdb.ts";
import { fingerprint, type Fingerprint } from "./fingerprint.ts";
import { launchStructure, readableFormats, trialStructure } from "./stored-json.ts";
import { recordViews, recordViewSql } from "./views.ts";

export const indexName = "ceteris.duckdb";
const buildingPrefix = `${indexName}.building-`;

/** Raised when tables or views change, so that an index of an older version is built anew. */
const layout = 1;

type Touches = Pick<World, "files" | "processes" | "machine">;

let builds = 0;

/**
 * Builds `<results>/ceteris.duckdb` from the folders: beside its place, then renamed, so that readers see the old one or
 * the new one. `unreadable` counts trial and launch files that are not in a format this version reads.
 */
export async function buildIndex(
  world: Touches,
  resultsFolder: string,
): Promise<Result<{ path: string; trials: number; unreadable: number }>> {
  const { files, processes, machine } = world;
  const results = resolve(machine.workingFolder, resultsFolder);
  if (!(await files.exists(results))) return noResults(resultsFolder);
  const path = join(results, indexName);
  builds += 1;
  const building = join(results, `${buildingPrefix}${processes.ownPid}-${builds}`);
  await removeAbandoned(world, results);
  try {
    const present = await fingerprint(world, results);
    const counts = await withDatabase(building, "READ_WRITE", (connection) =>
      fill(world, connection, results, present),
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
      `SELECT 1 FROM index_of WHERE layout = ${layout} AND folder = ${quoted(results)} AND fingerprint = ${quoted(present.digest)}`,
    );
    return reader.currentRowCount === 1;
  } catch {
    return false; // no such table: not an index, or one of another age
  }
}

async function fill(
  world: Touches,
  connection: DuckDBConnection,
  results: string,
  present: Fingerprint,
): Promise<{ trials: number; unreadable: number }> {
  const trials = await readRecords(world, connection, results, {
    table: "stored_trials",
    alias: "t",
    folders: present.trials,
    file: "trial.json",
    structure: trialStructure,
    format: readableFormats.trial,
  });
  const launches = await readRecords(world, connection, results, {
    table: "stored_launches",
    alias: "l",
    folders: present.launches,
    file: "launch.json",
    structure: launchStructure,
    format: readableFormats.launch,
  });
  for (const view of recordViews) await connection.run(`CREATE TABLE "${view.name}" AS ${recordViewSql(view)}`);
  for (const view of columnViews) {
    const glob = present.columnFiles.has(view.file) ? `${escapedForGlob(results)}/*/exp*/exp*/${view.file}` : null;
    await connection.run(`CREATE VIEW "${view.name}" AS ${columnViewSql(view, glob)}`);
  }
  await connection.run(
    `CREATE TABLE index_of AS SELECT ${layout} AS layout, ${quoted(results)} AS folder, ${quoted(present.digest)} AS fingerprint`,
  );
  return { trials: trials.read, unreadable: trials.unreadable + launches.unreadable };
}

interface Records {
  table: string;
  alias: string;
  /** Folders relative to the results folder, and the file in each. */
  folders: string[];
  file: string;
  structure: object;
  format: string;
}

/** Open files at once: well under the usual limit of 1024. */
const atOnce = 64;

/** One row a file, as a struct. A file that is no JSON, or of another format, is counted and left out. */
async function readRecords(
  { files }: Touches,
  connection: DuckDBConnection,
  results: string,
  { table, alias, folders, file, structure, format }: Records,
): Promise<{ read: number; unreadable: number }> {
  await connection.run("CREATE OR REPLACE TEMP TABLE incoming (folder VARCHAR, content VARCHAR)");
  const appender = await connection.createAppender("incoming");
  let read = 0;
  for (let start = 0; start < folders.length; start += atOnce) {
    const group = folders.slice(start, start + atOnce);
    const texts = await Promise.all(group.map((folder) => files.readText(join(results, folder, file))));
    group.forEach((folder, index) => {
      const content = wanted(texts[index] ?? "", structure, format);
      if (content === null) return;
      read += 1;
      appender.appendVarchar(folder);
      appender.appendVarchar(content);
      appender.endRow();
    });
  }
  appender.closeSync();
  const shape = quoted(JSON.stringify(structure));
  await connection.run(
    `CREATE TEMP TABLE ${table} AS SELECT json_transform(content, ${shape}) AS ${alias}, folder FROM incoming`,
  );
  return { read, unreadable: folders.length - read };
}

/** The members that the index takes, as JSON; null where the file is of another format. A resolved configuration is most of a file, and stays out. */
function wanted(text: string, structure: object, format: string): string | null {
  try {
    const record = JSON.parse(text) as { [member: string]: unknown } | null;
    if (record === null || record["format"] !== format) return null;
    return JSON.stringify(Object.fromEntries(Object.keys(structure).map((member) => [member, record[member]])));
  } catch {
    return null;
  }
}

/** Files of a build that was killed. Those of a process that lives are its own. */
async function removeAbandoned({ files, processes }: Touches, results: string): Promise<void> {
  for (const name of await files.list(results)) {
    if (!name.startsWith(buildingPrefix)) continue;
    const pid = Number.parseInt(name.slice(buildingPrefix.length), 10);
    if (pid !== processes.ownPid && !(await processes.isSame({ pid, startTicks: null })))
      await files.remove(join(results, name));
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
