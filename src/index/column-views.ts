import {
  engineMetricsTable,
  outputsTable,
  requestsTable,
  telemetryTable,
  tokensTable,
  type StoredTable,
} from "../schema/stored-tables.ts";
import { cutShort } from "../schema/observation.ts";
import { sqlText } from "../schema/sql-text.ts";

/** A view over one parquet file of every trial, with all its columns. */
export interface ColumnView {
  name: string;
  file: string;
  row: string;
  /** Name to DuckDB type, as the file has them. */
  columns: Record<string, string>;
  /** What the view adds. */
  derived: { name: string; meaning: string; sql: string }[];
}

/** `engine_metrics` of `engine-metrics.parquet`. */
function viewOf({ name: file, columns }: StoredTable, row: string, derived: ColumnView["derived"] = []): ColumnView {
  const types = Object.entries(columns).map(([column, [type]]) => [column, type] as const);
  const name = file.replace(".parquet", "").replaceAll("-", "_");
  return { name, file, row, columns: Object.fromEntries(types), derived };
}

/** The tokens that chunks carried: without an end token that the server counted and did not send (`laterTokens`). */
const arrived = `(output_tokens - (coalesce(finish NOT IN (${cutShort.map(sqlText).join(", ")}), false) AND output_tokens > chunks)::INTEGER)`;

export const columnViews: ColumnView[] = [
  viewOf(requestsTable, "one request", [
    { name: "ttft_ms", meaning: "first token − actual send", sql: "first_token_ms - sent_ms" },
    {
      name: "tpot_ms",
      meaning:
        "(last token − first token) ÷ the tokens after the first chunk, the server's count spread evenly over the chunks; null of one chunk or one token",
      sql: `CASE WHEN chunks > 1 AND ${arrived} > 1 THEN (last_token_ms - first_token_ms) / (${arrived} - ${arrived} // chunks) END`,
    },
    { name: "e2e_ms", meaning: "last token − actual send", sql: "last_token_ms - sent_ms" },
  ]),
  viewOf(tokensTable, "one token-bearing event"),
  viewOf(engineMetricsTable, "one sample of the engine's own figures"),
  viewOf(telemetryTable, "one sample of machine, GPU or load generator"),
  viewOf(outputsTable, "one answer of an accuracy trial"),
];

/** Study, experiment and trial stand before a file's own columns. */
export const columnViewKey = ["study", "experiment", "trial_id"];

/**
 * The view's SQL. `sources` are absolute patterns; empty where no trial has such a file: the view is there and empty, since
 * DuckDB refuses a pattern that matches nothing. Its columns are said, so that no file is opened to learn them; trials older
 * than a column read it as null.
 */
export function columnViewSql({ columns, derived }: ColumnView, sources: readonly string[]): string {
  const own = Object.entries(columns);
  const typed = own.map(([name, type]) => `NULL::${type} AS "${name}"`).join(", ");
  const schema = own.map(([name, type]) => `'${name}': {name: '${name}', type: '${type}', default_value: NULL}`);
  const paths = sources.map(sqlText).join(", ");
  const source =
    sources.length === 0
      ? `(SELECT ${typed}, '' AS filename WHERE false)`
      : `read_parquet([${paths}], filename = true, schema = MAP {${schema.join(", ")}})`;
  const list = [...own.map(([name]) => `f."${name}"`), ...derived.map(({ name, sql }) => `${sql} AS "${name}"`)].join(
    ", ",
  );
  return `SELECT t.study, t.experiment, t.trial_id, ${list}
FROM ${source} AS f
JOIN trials AS t ON t.study = string_split(f.filename, '/')[-4] AND split_part(t.folder, '/', 3) = string_split(f.filename, '/')[-2]`;
}
