import { StatementType, type DuckDBConnection } from "@duckdb/node-api";
import { join, resolve } from "node:path";
import type { Json } from "../schema/json.ts";
import type { LeftOut } from "../schema/left-out.ts";
import { fail, type Fault, messageOf, type Result, succeed } from "../schema/result.ts";
import { sqlText } from "../schema/sql-text.ts";
import type { World } from "../world/world.ts";
import { buildIndex, fill, indexName, isCurrent, noResults, notKept } from "./build.ts";
import { columnViews } from "./column-views.ts";
import { escapedForGlob, lockHolder, withDatabase } from "./duckdb.ts";
import { fingerprint, type Fingerprint } from "./fingerprint.ts";
import { jsonRows } from "./json-rows.ts";
import { withinScope, type Scope } from "./scope.ts";
import { recordViews } from "./views.ts";

export interface QueryAnswer {
  columns: { name: string; type: string }[];
  rows: Json[][];
  /** What cannot be read, and is not in the index. */
  leftOut: LeftOut[];
}

/** One SELECT, and what the views over parquet files hold alone; absent: all studies. */
export interface AskedQuery {
  sql: string;
  scope?: Scope | undefined;
}

export type Touches = Pick<World, "files" | "clock" | "machine">;

/**
 * Answers one SELECT over the documented views, building the index first where it is older than the folders. Also while a
 * run goes on. The database is open for reading only, and DuckDB may touch nothing outside the results folder.
 * @param scope what the views over parquet files hold alone; absent: all studies
 */
export async function query(
  world: Touches,
  resultsFolder: string,
  sql: string,
  scope?: Scope,
): Promise<Result<QueryAnswer>> {
  const [answered] = await queryEach(world, resultsFolder, [{ sql, scope }]);
  return answered!;
}

/**
 * The same of several, each with an answer of its own: the folders are looked at, and the index is opened, once.
 * @param known what is in the folders, where that was looked at already
 */
export async function queryEach(
  world: Touches,
  resultsFolder: string,
  asked: readonly AskedQuery[],
  known?: Fingerprint,
): Promise<Result<QueryAnswer>[]> {
  const results = resolve(world.machine.workingFolder, resultsFolder);
  const all = (answered: Result<QueryAnswer>): Result<QueryAnswer>[] => asked.map(() => answered);
  if (!(await world.files.exists(results))) return all(noResults(resultsFolder));
  const present = known ?? (await fingerprint(world, results));
  const path = join(results, indexName);
  const first = (await world.files.exists(path)) ? await attempt(path, results, asked, present) : "stale";
  if (Array.isArray(first)) return first;
  if (first !== "stale") return all(first);
  const built = await buildIndex(world, resultsFolder, present);
  if (!built.ok && built.problem.code !== notKept) return all(built);
  if (!built.ok)
    return await withDatabase(":memory:", "READ_WRITE", async (connection) => {
      await fill(world, connection, results, present);
      return await answersOf(connection, results, asked, present);
    });
  const second = await attempt(path, results, asked, present, true);
  if (second === "stale") throw new Error("an index that was just built is never stale");
  return Array.isArray(second) ? second : all(second);
}

/** An index that is older than the folders is told as `stale` and not asked, unless it was just built. A failure is that of the whole index. */
export async function attempt(
  path: string,
  results: string,
  asked: readonly AskedQuery[],
  present: Fingerprint,
  isNew = false,
): Promise<Result<QueryAnswer>[] | { ok: false; problem: Fault } | "stale"> {
  try {
    return await withDatabase(path, "READ_ONLY", async (connection) => {
      if (!isNew && !(await isCurrent(connection, present, results))) return "stale";
      return await answersOf(connection, results, asked, present);
    });
  } catch (error) {
    const holder = lockHolder(error);
    if (holder !== null && holder > 0) return locked(path, holder);
    if (!isNew) return "stale"; // not a database, or one of another DuckDB: it can be made again at any time
    return fail("index-unreadable", `${path}: ${messageOf(error)}`, "Remove the file and run `ceteris index`.");
  }
}

async function answersOf(
  connection: DuckDBConnection,
  results: string,
  asked: readonly AskedQuery[],
  { columnFiles }: Fingerprint,
): Promise<Result<QueryAnswer>[]> {
  const leftOut = await leftOutOf(connection);
  await restrict(connection, results);
  const stored = { results, columnFiles, leftOut: new Set(leftOut.map((one) => one.path)) };
  const answers: Result<QueryAnswer>[] = [];
  for (const { sql, scope } of asked) {
    const ask = (): ReturnType<typeof answer> => answer(connection, sql);
    const answered = await (scope === undefined ? ask() : withinScope(connection, stored, { sql, scope }, ask));
    answers.push(answered.ok ? succeed({ ...answered.value, leftOut }) : answered);
  }
  return answers;
}

/** DuckDB grants a folder for reading and writing alike: writing is kept out by taking SELECT alone (`answer`). */
async function restrict(connection: DuckDBConnection, results: string): Promise<void> {
  // A pattern is held against the list as it is written, the files that it finds as they are called.
  const folders = [`${results}/`, `${escapedForGlob(results)}/`];
  await connection.run(`SET allowed_directories = [${folders.map(sqlText).join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

async function leftOutOf(connection: DuckDBConnection): Promise<LeftOut[]> {
  const read = await connection.runAndReadAll("SELECT path, trial_id, why, mend FROM left_out ORDER BY path");
  return (read.getRowsJS() as [string, string | null, string, string][]).map(([path, trialId, why, mend]) => {
    return { path, trialId, why, mend };
  });
}

async function answer(connection: DuckDBConnection, sql: string): Promise<Result<Omit<QueryAnswer, "leftOut">>> {
  // Binding alone can touch the disk (EXPORT makes its folder), so the first word is looked at before DuckDB sees the rest.
  const first = /^[a-z]+/i.exec(sql.replaceAll(/--.*$|\/\*[^]*?\*\/|[\s;(]/gm, " ").trim())?.[0]?.toUpperCase();
  if (first === undefined) return notASelect("nothing was asked");
  if (!asking.has(first)) return notASelect(`this begins with ${first}`);
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) return notASelect(`${statements.count} statements were given`);
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT) {
      return notASelect(`this is ${StatementType[statement.statementType] ?? "another statement"}`);
    }
    return succeed(jsonRows(await statement.runAndReadAll()));
  } catch (error) {
    return fail("sql-refused", messageOf(error), hint());
  }
}

function notASelect(what: string): Result<QueryAnswer> {
  return fail("sql-not-a-select", `query takes one SELECT, and ${what}`, hint());
}

/** What a statement that only reads begins with. */
const asking = new Set(["SELECT", "FROM", "WITH", "VALUES", "TABLE", "DESCRIBE", "DESC", "SUMMARIZE", "SHOW"]);

/** The names to choose from. */
function hint(): string {
  const names = [...recordViews, ...columnViews].map(({ name }) => name);
  return `The views are ${names.join(", ")}; \`DESCRIBE trials\` lists the columns of one, docs/data.md explains them.`;
}

function locked(path: string, holder: number): { ok: false; problem: Fault } {
  return fail(
    "index-locked",
    `${path} is open for writing in another program (process ${holder})`,
    "Close it there, or open it there for reading only (`duckdb -readonly`). `run` never holds it.",
  );
}
