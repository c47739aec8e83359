/** A view over one parquet file of every trial. The file's own columns are the store's; a test holds these names and types against it. */
export interface ColumnView {
  name: string;
  file: string;
  row: string;
  /** Name to DuckDB type, as the file has them. */
  columns: Record<string, string>;
  /** What the view adds. */
  derived: { name: string; meaning: string; sql: string }[];
}

const series = { name: "VARCHAR", unit: "VARCHAR", at_s: "DOUBLE", value: "DOUBLE" };

export const columnViews: ColumnView[] = [
  {
    name: "requests",
    file: "requests.parquet",
    row: "one request",
    columns: {
      request: "UINTEGER",
      sample: "UINTEGER",
      phase: "VARCHAR",
      chunk: "UINTEGER",
      session: "UINTEGER",
      turn: "UINTEGER",
      class: "VARCHAR",
      scheduled_ms: "DOUBLE",
      sent_ms: "DOUBLE",
      first_token_ms: "DOUBLE",
      last_token_ms: "DOUBLE",
      end_ms: "DOUBLE",
      prompt_tokens: "UINTEGER",
      output_tokens: "UINTEGER",
      asked_prompt_tokens: "UINTEGER",
      asked_output_tokens: "UINTEGER",
      count_problem: "VARCHAR",
      chunks: "UINTEGER",
      finish: "VARCHAR",
      status: "USMALLINT",
      error: "VARCHAR",
      cancelled: "BOOLEAN",
      resent: "UINTEGER",
      output_hash: "VARCHAR",
    },
    derived: [
      { name: "ttft_ms", meaning: "first token − actual send", sql: "first_token_ms - sent_ms" },
      {
        name: "tpot_ms",
        meaning: "(last token − first token) ÷ (output tokens − 1); null below two tokens",
        sql: "CASE WHEN output_tokens > 1 THEN (last_token_ms - first_token_ms) / (output_tokens - 1) END",
      },
      { name: "e2e_ms", meaning: "last token − actual send", sql: "last_token_ms - sent_ms" },
    ],
  },
  {
    name: "tokens",
    file: "tokens.parquet",
    row: "one token-bearing event",
    columns: { request: "UINTEGER", ordinal: "UINTEGER", at_ms: "DOUBLE", gap_ms: "DOUBLE", tokens: "USMALLINT" },
    derived: [],
  },
  {
    name: "engine_metrics",
    file: "engine-metrics.parquet",
    row: "one sample of the engine's own figures",
    columns: series,
    derived: [],
  },
  {
    name: "telemetry",
    file: "telemetry.parquet",
    row: "one sample of machine, GPU or load generator",
    columns: series,
    derived: [],
  },
  {
    name: "outputs",
    file: "outputs.parquet",
    row: "one answer of an accuracy trial",
    columns: {
      sample: "UINTEGER",
      prediction: "VARCHAR",
      reference: "VARCHAR",
      rouge1: "DOUBLE",
      rouge2: "DOUBLE",
      rouge_l: "DOUBLE",
      rouge_lsum: "DOUBLE",
    },
    derived: [],
  },
];

/** Study, experiment and trial stand before a file's own columns. */
export const columnViewKey = ["study", "experiment", "trial_id"];

/**
 * The view's SQL. `sources` are absolute patterns; empty where no trial has such a file: the view is there and empty, since
 * DuckDB refuses a pattern that matches nothing. Trials older than a column read it as null, also where all of them are.
 */
export function columnViewSql({ columns, derived }: ColumnView, sources: readonly string[]): string {
  const own = Object.entries(columns);
  const typed = own.map(([name, type]) => `NULL::${type} AS "${name}"`).join(", ");
  const none = `SELECT ${typed}, '' AS filename WHERE false`;
  const paths = sources.map((source) => `'${source.replaceAll("'", "''")}'`).join(", ");
  const read = `read_parquet([${paths}], filename = true, union_by_name = true)`;
  const source = sources.length === 0 ? `(${none})` : `(SELECT * FROM ${read} UNION ALL BY NAME ${none})`;
  const list = [...own.map(([name]) => `f."${name}"`), ...derived.map(({ name, sql }) => `${sql} AS "${name}"`)].join(
    ", ",
  );
  return `SELECT t.study, t.experiment, t.trial_id, ${list}
FROM ${source} AS f
JOIN trials AS t ON t.study = string_split(f.filename, '/')[-4] AND t.trial_id = string_split(f.filename, '/')[-2]`;
}
