import type { DuckDBConnection } from "@duckdb/node-api";
import { createHash, randomUUID } from "node:crypto";
import { basename, dirname, join, resolve } from "node:path";
import { putAside, type LeftOut } from "../schema/left-out.ts";
import type { ManifestEntry } from "../schema/manifest.ts";
import { fail, messageOf, type Result, succeed } from "../schema/result.ts";
import { sqlText } from "../schema/sql-text.ts";
import { launchFormat, trialFormat } from "../schema/stored-format.ts";
import { fileFault } from "../world/file-fault.ts";
import type { World } from "../world/world.ts";
import { columnViews, columnViewSql, type ColumnView } from "./column-views.ts";
import { escapedForGlob, lockHolder, withDatabase } from "./duckdb.ts";
import { fingerprint, type Fingerprint } from "./fingerprint.ts";
import structures from "./stored-json.json" with { type: "json" };
import { takeIn } from "./take-in.ts";
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
  try {
    await removeAbandoned(world, results);
    const present = known ?? (await fingerprint(world, results));
    const counts = await withDatabase(building, "READ_WRITE", async (connection) => {
      const filled = await fill(world, connection, results, present, whenRead);
      await connection.run("CHECKPOINT"); // closing does it too, and says nothing where the disk is full
      return filled;
    });
    await files.rename(building, path);
    return succeed({ path, ...counts });
  } catch (error) {
    const why = await whyNotKept(world, building, error);
    if (why !== null)
      return fail(
        notKept,
        `${path} could not be built: ${why}`,
        "Nothing to do: `query` and `report` build an index in memory each time.",
      );
    return fail(
      "index-not-built",
      `${path} could not be built: ${messageOf(error)}`,
      "The folders are untouched: the index is only made from them. Check that the results folder can be written to and has room.",
    );
  } finally {
    await files.remove(building);
    await files.remove(`${building}.wal`);
  }
}

/** Code of the failure where the results folder takes no database, so that one in memory has to do. */
export const notKept = "not-kept";

/** Why the results folder takes no database: nobody may write there, or DuckDB gets no lock and no process here holds one. Null where it does. */
async function whyNotKept({ files }: Touches, building: string, error: unknown): Promise<string | null> {
  if (lockHolder(error) === 0) return "its file system grants no locks, which DuckDB needs";
  try {
    await files.writeText(building, "");
    return null;
  } catch (refusal) {
    return fileFault(refusal, dirname(building))?.message ?? null;
  }
}

/** True where the index says what the folders say, was built here, and has the tables of this version. */
export async function isCurrent(connection: DuckDBConnection, present: Fingerprint, results: string): Promise<boolean> {
  try {
    const reader = await connection.runAndReadAll(
      `SELECT 1 FROM index_of WHERE layout = ${sqlText(layout)} AND folder = ${sqlText(results)} AND fingerprint = ${sqlText(present.digest)}`,
    );
    return reader.currentRowCount === 1;
  } catch {
    return false; // no such table: not an index, or one of an older version
  }
}

/** Makes the tables and views of an index in a database that is empty. */
export async function fill(
  world: Touches,
  connection: DuckDBConnection,
  results: string,
  present: Fingerprint,
  whenRead = (): void => {},
): Promise<{ trials: number; leftOut: LeftOut[] }> {
  // DuckDB shares a table out by row groups: the usual ones are too large for the trials of a study.
  await connection.run("ATTACH ':memory:' AS read (ROW_GROUP_SIZE 2048)");
  const launches = await takeIn(world, connection, results, {
    table: "read.launches",
    alias: "l",
    folders: present.launches,
    file: "launch.json",
    shape: structures.launch,
    format: launchFormat,
  });
  await launches.taken;
  const trials = await takeIn(world, connection, results, {
    table: "read.trials",
    alias: "t",
    folders: present.trials,
    file: "trial.json",
    shape: structures.trial,
    format: trialFormat,
  });
  whenRead();
  await trials.taken;
  const leftOut = [...present.closed, ...trials.leftOut, ...launches.leftOut];
  const views: string[] = [];
  for (const view of columnViews) {
    const unreadable = await unreadableFiles(connection, results, present, view, trials.manifests);
    leftOut.push(...unreadable.values());
    views.push(`CREATE VIEW "${view.name}" AS ${columnViewSql(view, sourcesOf(results, present, view, unreadable))}`);
  }
  const rows = leftOut.map((one) => [one.path, one.trialId, one.why, one.mend]);
  const texts = rows.map((row) => `(${row.map((text) => (text === null ? "NULL" : sqlText(text))).join(", ")})`);
  // In one call: between two DuckDB would wait for a caller that is busy.
  await connection.run(
    [
      ...recordViews.map((view) => `CREATE TABLE "${view.name}" AS ${recordViewSql(view)}`),
      ...views,
      "CREATE TABLE left_out (path VARCHAR, trial_id VARCHAR, why VARCHAR, mend VARCHAR)",
      ...(texts.length === 0 ? [] : [`INSERT INTO left_out VALUES ${texts.join(", ")}`]),
      `CREATE TABLE index_of AS SELECT ${sqlText(layout)} AS layout, ${sqlText(results)} AS folder, ${sqlText(present.digest)} AS fingerprint`,
    ].join(";\n"),
  );
  return { trials: trials.read, leftOut };
}

/** Files of a view that cannot be read, by their trials' folders. One that has the size that its trial's manifest says is taken for whole, unopened. */
async function unreadableFiles(
  connection: DuckDBConnection,
  results: string,
  { columnFiles }: Fingerprint,
  { file }: ColumnView,
  manifests: ReadonlyMap<string, ManifestEntry[]>,
): Promise<Map<string, LeftOut>> {
  const unreadable = new Map<string, LeftOut>();
  for (const [folder, size] of columnFiles.get(file) ?? []) {
    if (manifests.get(folder)?.some(({ path, bytes }) => path === file && bytes === size)) continue;
    const path = join(results, folder, file);
    const fault = await footerFault(connection, path);
    if (fault === null) continue;
    const mend = putAside(join(results, folder));
    unreadable.set(folder, { path, trialId: basename(folder), why: `${path}: ${fault}`, mend });
  }
  return unreadable;
}

/** One pattern for the files of all trials where all can be read, else each of them; none where no trial has such a file. */
function sourcesOf(
  results: string,
  { columnFiles }: Fingerprint,
  { file }: ColumnView,
  unreadable: ReadonlyMap<string, LeftOut>,
): string[] {
  const folders = [...(columnFiles.get(file)?.keys() ?? [])].filter((folder) => !unreadable.has(folder));
  if (folders.length > 0 && unreadable.size === 0) return [`${escapedForGlob(results)}/*/exp*/exp*/${file}`];
  return folders.map((folder) => escapedForGlob(join(results, folder, file)));
}

/** What is wrong with the footer of a parquet file, which describes its content; null where nothing is. */
async function footerFault(connection: DuckDBConnection, path: string): Promise<string | null> {
  try {
    await connection.run(`SELECT num_rows FROM parquet_file_metadata(${sqlText(escapedForGlob(path))})`);
    return null;
  } catch (error) {
    return messageOf(error).split("\n")[0] ?? "";
  }
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
