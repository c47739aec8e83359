import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { footerFault } from "./build.ts";
import { columnViews, columnViewSql } from "./column-views.ts";
import { escapedForGlob, quoted } from "./duckdb.ts";

/** A trial by its study and id. */
export interface TrialName {
  study: string;
  trialId: string;
}

/**
 * Does work while the views over parquet files hold one trial alone, for this connection: no file of another trial is opened. Over
 * the files of all trials DuckDB opens each, to learn its columns, before it knows which rows are asked for.
 */
export async function withOneTrial<Answer>(
  connection: DuckDBConnection,
  results: string,
  { study, trialId }: TrialName,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const folders = await connection.runAndReadAll(
    `SELECT folder FROM trials WHERE study = ${quoted(study)} AND trial_id = ${quoted(trialId)}`,
  );
  const folder = folders.getRowsJS()[0]?.[0];
  for (const view of columnViews) {
    const path = typeof folder === "string" ? escapedForGlob(join(results, folder, view.file)) : null;
    const sources = path === null || (await footerFault(connection, path)) !== null ? [] : [path];
    await connection.run(`CREATE TEMP VIEW "${view.name}" AS ${columnViewSql(view, sources)}`);
  }
  try {
    return await work();
  } finally {
    for (const { name } of columnViews) await connection.run(`DROP VIEW temp."${name}"`);
  }
}
