import type { RougePercents } from "../schema/rouge.ts";
import type { RequestRecord, RequestSource, Series, TokenBlock, TokenSource } from "../schema/observation.ts";

/** What a parquet file may hold. Whole numbers stay below 2^32, so that every one is a JavaScript number. */
export type ColumnType = "BOOLEAN" | "USMALLINT" | "UINTEGER" | "DOUBLE" | "VARCHAR";
export type CellValue = boolean | number | string | null;

/** One column: its name on disk, what it means, and how it is read from a batch of what the trial saw. */
export interface ParquetColumn<Batch> {
  name: string;
  type: ColumnType;
  meaning: string;
  value(batch: Batch, row: number): CellValue;
}

/** One file of a trial folder: the columns are written once, here; the writer and `docs/data.md` follow. */
export interface ParquetFile<Source, Batch> {
  name: string;
  /** What a row is. */
  row: string;
  columns: ParquetColumn<Batch>[];
  /** The rows, some at a time: a trial may have more than should be held at once. A batch is used up before the next one. */
  batches(source: Source): Iterable<Batch>;
  rows(batch: Batch): number;
}

/** Rows that are objects are gathered in batches of so many. */
const OBJECTS_OF_A_BATCH = 2048;

function* inBatches<Row>(rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < OBJECTS_OF_A_BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** One answer of an accuracy trial with its scores in per cent (F-measure); null where the dataset has no reference. */
export interface OutputRow extends RougePercents {
  sample: number;
  prediction: string;
  reference: string | null;
}

const milliseconds = (ns: number | null): number | null => (ns === null ? null : ns / 1e6);

const request = (
  name: string,
  type: ColumnType,
  meaning: string,
  value: (record: RequestRecord) => CellValue,
): ParquetColumn<RequestRecord[]> => ({
  name,
  type,
  meaning,
  value(records, row) {
    const record = records[row];
    return record === undefined ? null : value(record);
  },
});

export const requestsFile: ParquetFile<RequestSource, RequestRecord[]> = {
  name: "requests.parquet",
  row: "one request, warm-up included; times are milliseconds since the trial's clock started",
  batches: inBatches,
  rows: (records) => records.length,
  columns: [
    request("request", "UINTEGER", "number of the request in its trial, from 0", (record) => record.index),
    request("sample", "UINTEGER", "position of its prompt in the dataset, from 0", (record) => record.sample),
    request(
      "phase",
      "VARCHAR",
      "`measure`; `warmup` came before it and `tail` after it, and both count in rates alone, by what arrived or finished in the window",
      (record) => record.phase,
    ),
    request("chunk", "UINTEGER", "the client chunk it was part of; null without chunks", (record) => record.chunk),
    request("session", "UINTEGER", "the conversation; null where there is none", (record) => record.session),
    request("turn", "UINTEGER", "turn in the conversation; null where there is none", (record) => record.turn),
    request(
      "class",
      "VARCHAR",
      "name of its request class; null where the workload has none",
      (record) => record.class,
    ),
    request("scheduled_ms", "DOUBLE", "intended send; null in a closed loop, which has none", (record) =>
      milliseconds(record.scheduledNs),
    ),
    request("sent_ms", "DOUBLE", "actual send", (record) => milliseconds(record.sentNs)),
    request("first_token_ms", "DOUBLE", "first token-bearing event; null where none came", (record) =>
      milliseconds(record.firstTokenNs),
    ),
    request("last_token_ms", "DOUBLE", "last token-bearing event; null where none came", (record) =>
      milliseconds(record.lastTokenNs),
    ),
    request("end_ms", "DOUBLE", "end of the answer, or of the attempt", (record) => milliseconds(record.endNs)),
    request(
      "prompt_tokens",
      "UINTEGER",
      "the server's count; null where it gave none, or one that cannot be true",
      (record) => record.promptTokens,
    ),
    request(
      "output_tokens",
      "UINTEGER",
      "the server's count; null where it gave none, or one that cannot be true",
      (record) => record.outputTokens,
    ),
    request(
      "asked_prompt_tokens",
      "UINTEGER",
      "the prompt's length as it was known before the send: token ids, the engine's count, or the words of a generated text that the engine did not count; null where it was not known",
      (record) => record.askedPromptTokens,
    ),
    request(
      "asked_output_tokens",
      "UINTEGER",
      "the output length that this request asked for; null where it asked for none",
      (record) => record.askedOutputTokens,
    ),
    request(
      "count_problem",
      "VARCHAR",
      "why the server's counts cannot be true, so that nothing is computed from them; null where they can",
      (record) => record.countProblem,
    ),
    request("chunks", "UINTEGER", "stream events that bore tokens", (record) => record.chunks),
    request("finish", "VARCHAR", "the server's finish reason: `stop`, `length` …", (record) => record.finish),
    request("status", "USMALLINT", "HTTP status; null where no answer came", (record) => record.status),
    request("error", "VARCHAR", "what went wrong; null where nothing did", (record) => record.error),
    request(
      "cancelled",
      "BOOLEAN",
      "true where the client cut it off on purpose: neither finished nor failed",
      (record) => record.cancelled,
    ),
    request(
      "resent",
      "UINTEGER",
      "times that the client resent it, because the server had closed the kept connection without an answer; null in older trials",
      (record) => record.resent,
    ),
    request(
      "output_hash",
      "VARCHAR",
      "sha256 of the answer's text; null where it was not kept",
      (record) => record.outputHash,
    ),
  ],
};

export const tokensFile: ParquetFile<TokenSource, TokenBlock> = {
  name: "tokens.parquet",
  row: "one token-bearing event; those of a request stand behind each other, in order of arrival",
  batches: (tokens) => tokens.blocks(),
  rows: (block) => block.length,
  columns: [
    {
      name: "request",
      type: "UINTEGER",
      meaning: "`request` of requests.parquet",
      value: (block, row) => block.request[row]!,
    },
    {
      name: "ordinal",
      type: "UINTEGER",
      meaning: "place among the events of its request, from 0",
      value: (block, row) => block.ordinal[row]!,
    },
    {
      name: "at_ms",
      type: "DOUBLE",
      meaning: "arrival, milliseconds since the trial's clock started",
      value: (block, row) => block.atNs[row]! / 1e6,
    },
    {
      name: "gap_ms",
      type: "DOUBLE",
      meaning: "since the event before of the same request; null for its first",
      value(block, row) {
        const gap = block.gapNs[row]!;
        return Number.isNaN(gap) ? null : gap / 1e6;
      },
    },
    {
      name: "tokens",
      type: "USMALLINT",
      meaning: "tokens that the event bore; null where the server did not say",
      value: (block, row) => block.tokens[row] || null,
    },
  ],
};

/** Series in long form: where each row of the file finds its series and its point. */
export interface SeriesTable {
  series: Series[];
  which: Uint32Array;
  point: Uint32Array;
}

export function seriesTable(series: Series[]): SeriesTable {
  const rows = series.reduce((total, { atNs }) => total + atNs.length, 0);
  const table: SeriesTable = { series, which: new Uint32Array(rows), point: new Uint32Array(rows) };
  let row = 0;
  series.forEach(({ atNs }, which) => {
    for (let point = 0; point < atNs.length; point += 1, row += 1) {
      table.which[row] = which;
      table.point[row] = point;
    }
  });
  return table;
}

const seriesAt = (table: SeriesTable, row: number): Series | undefined => table.series[table.which[row] ?? 0];

const seriesColumns: ParquetColumn<SeriesTable>[] = [
  {
    name: "name",
    type: "VARCHAR",
    meaning: "what was sampled",
    value: (table, row) => seriesAt(table, row)?.name ?? null,
  },
  { name: "unit", type: "VARCHAR", meaning: "its unit", value: (table, row) => seriesAt(table, row)?.unit ?? null },
  {
    name: "at_s",
    type: "DOUBLE",
    meaning: "seconds since the trial's clock started",
    value(table, row) {
      const at = seriesAt(table, row)?.atNs[table.point[row] ?? 0];
      return at === undefined ? null : at / 1e9;
    },
  },
  {
    name: "value",
    type: "DOUBLE",
    meaning: "the sample; null where it could not be read",
    value: (table, row) => seriesAt(table, row)?.value[table.point[row] ?? 0] ?? null,
  },
];

export const engineMetricsFile: ParquetFile<SeriesTable, SeriesTable> = {
  name: "engine-metrics.parquet",
  row: "one sample of a figure that the engine tells of itself",
  batches: (table) => [table],
  rows: (table) => table.which.length,
  columns: seriesColumns,
};

export const telemetryFile: ParquetFile<SeriesTable, SeriesTable> = {
  name: "telemetry.parquet",
  row: "one sample of the machine, the GPU or the load generator",
  batches: (table) => [table],
  rows: (table) => table.which.length,
  columns: seriesColumns,
};

const output = (
  name: string,
  type: ColumnType,
  meaning: string,
  value: (row: OutputRow) => CellValue,
): ParquetColumn<OutputRow[]> => ({
  name,
  type,
  meaning,
  value(rows, row) {
    const found = rows[row];
    return found === undefined ? null : value(found);
  },
});

export const outputsFile: ParquetFile<OutputRow[], OutputRow[]> = {
  name: "outputs.parquet",
  row: "one answer of an accuracy trial; scores are F-measures in per cent",
  batches: inBatches,
  rows: (rows) => rows.length,
  columns: [
    output("sample", "UINTEGER", "position of its prompt in the dataset, from 0", (row) => row.sample),
    output("prediction", "VARCHAR", "the answer", (row) => row.prediction),
    output("reference", "VARCHAR", "what a good answer says; null where the dataset has none", (row) => row.reference),
    output("rouge1", "DOUBLE", "ROUGE-1", (row) => row.rouge1),
    output("rouge2", "DOUBLE", "ROUGE-2", (row) => row.rouge2),
    output("rouge_l", "DOUBLE", "ROUGE-L", (row) => row.rougeL),
    output("rouge_lsum", "DOUBLE", "ROUGE-Lsum", (row) => row.rougeLsum),
  ],
};
