import type { DuckDBConnection } from "@duckdb/node-api";
import { basename, join } from "node:path";
import { columnViews, columnViewSql } from "./column-views.ts";
import { escapedForGlob } from "./duckdb.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** One study, or one trial of it. */
export interface Scope {
  study: string;
  trialId?: string;
}

/** Where files of trials are, and which of them no query can read. */
export interface StoredFiles {
  results: string;
  columnFiles: Fingerprint["columnFiles"];
  leftOut: ReadonlySet<string>;
}

/**
 * Answers a query while the views over parquet files that it names hold a scope alone, for this connection: no file beyond it is opened.
 * DuckDB opens every file of a view, since it joins them to their trials before it knows which rows are asked for.
 */
export async function withinScope<Answer>(
  connection: DuckDBConnection,
  { results, columnFiles, leftOut }: StoredFiles,
  { sql, scope }: { sql: string; scope: Scope },
  work: () => Promise<Answer>,
): Promise<Answer> {
  const words = sql.toLowerCase();
  const named = columnViews.filter(({ name }) => words.includes(name));
  for (const view of named) {
    const sources = [...(columnFiles.get(view.file)?.keys() ?? [])]
      .filter((folder) => isWithin(scope, folder))
      .map((folder) => join(results, folder, view.file))
      .filter((path) => !leftOut.has(path))
      .map(escapedForGlob);
    await connection.run(`CREATE TEMP VIEW "${view.name}" AS ${columnViewSql(view, sources)}`);
  }
  try {
    return await work();
  } finally {
    for (const { name } of named) await connection.run(`DROP VIEW temp."${name}"`);
  }
}

/** Of `study/experiment/trial`. */
function isWithin({ study, trialId }: Scope, folder: string): boolean {
  return folder.startsWith(`${study}/`) && (trialId === undefined || basename(folder) === trialId);
}
