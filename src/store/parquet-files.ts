import type { RequestRecord, Series, TokenColumns } from "../schema/observation.ts";

/** What a parquet file may hold. Whole numbers stay below 2^32, so that every one is a JavaScript number. */
export type ColumnType = "USMALLINT" | "UINTEGER" | "DOUBLE" | "VARCHAR";
export type CellValue = number | string | null;

/** One column: its name on disk, what it means, and how it is read from what the trial saw. */
export interface ParquetColumn<Source> {
  name: string;
  type: ColumnType;
  meaning: string;
  value(source: Source, row: number): CellValue;
}

/** One file of a trial folder: the columns are written once, here; the writer and `docs/data.md` follow. */
export interface ParquetFile<Source> {
  name: string;
  /** What a row is. */
  row: string;
  columns: ParquetColumn<Source>[];
  rows(source: Source): number;
}

/** One answer of an accuracy trial with its scores in per cent (F-measure); null where the dataset has no reference. */
export interface OutputRow {
  sample: number;
  prediction: string;
  reference: string | null;
  rouge1: number | null;
  rouge2: number | null;
  rougeL: number | null;
  rougeLsum: number | null;
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

export const requestsFile: ParquetFile<RequestRecord[]> = {
  name: "requests.parquet",
  row: "one request, warm-up included; times are milliseconds since the trial's clock started",
  rows: (records) => records.length,
  columns: [
    request("request", "UINTEGER", "number of the request in its trial, from 0", (record) => record.index),
    request("sample", "UINTEGER", "position of its prompt in the dataset, from 0", (record) => record.sample),
    request("phase", "VARCHAR", "`warmup` (left out of every metric) or `measure`", (record) => record.phase),
    request("chunk", "UINTEGER", "the client chunk it was part of; null without chunks", (record) => record.chunk),
    request("session", "UINTEGER", "the conversation; null where there is none", (record) => record.session),
    request("turn", "UINTEGER", "turn in the conversation; null where there is none", (record) => record.turn),
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
      "the server's count; null where it never said",
      (record) => record.promptTokens,
    ),
    request(
      "output_tokens",
      "UINTEGER",
      "the server's count; null where it never said",
      (record) => record.outputTokens,
    ),
    request("chunks", "UINTEGER", "stream events that bore tokens", (record) => record.chunks),
    request("finish", "VARCHAR", "the server's finish reason: `stop`, `length` …", (record) => record.finish),
    request("status", "USMALLINT", "HTTP status; null where no answer came", (record) => record.status),
    request("error", "VARCHAR", "what went wrong; null where nothing did", (record) => record.error),
    request(
      "output_hash",
      "VARCHAR",
      "sha256 of the answer's text; null where it was not kept",
      (record) => record.outputHash,
    ),
  ],
};

/** Token events with their place in their own request, computed once for the file. */
export interface TokenTable {
  tokens: TokenColumns;
  ordinal: Uint32Array;
  /** Nanoseconds since the event before of the same request; NaN for its first. */
  gapNs: Float64Array;
}

export function tokenTable(tokens: TokenColumns): TokenTable {
  const ordinal = new Uint32Array(tokens.length);
  const gapNs = new Float64Array(tokens.length);
  const last = new Map<number, { at: number; count: number }>();
  for (let row = 0; row < tokens.length; row += 1) {
    const index = tokens.request[row] ?? 0;
    const at = tokens.atNs[row] ?? 0;
    const before = last.get(index);
    if (before === undefined) {
      gapNs[row] = Number.NaN;
      last.set(index, { at, count: 1 });
    } else {
      gapNs[row] = at - before.at;
      ordinal[row] = before.count;
      before.at = at;
      before.count += 1;
    }
  }
  return { tokens, ordinal, gapNs };
}

export const tokensFile: ParquetFile<TokenTable> = {
  name: "tokens.parquet",
  row: "one token-bearing event, in order of arrival",
  rows: (table) => table.tokens.length,
  columns: [
    {
      name: "request",
      type: "UINTEGER",
      meaning: "`request` of requests.parquet",
      value: (table, row) => table.tokens.request[row] ?? null,
    },
    {
      name: "ordinal",
      type: "UINTEGER",
      meaning: "place among the events of its request, from 0",
      value: (table, row) => table.ordinal[row] ?? null,
    },
    {
      name: "at_ms",
      type: "DOUBLE",
      meaning: "arrival, milliseconds since the trial's clock started",
      value: (table, row) => milliseconds(table.tokens.atNs[row] ?? null),
    },
    {
      name: "gap_ms",
      type: "DOUBLE",
      meaning: "since the event before of the same request; null for its first",
      value(table, row) {
        const gap = table.gapNs[row] ?? Number.NaN;
        return Number.isNaN(gap) ? null : gap / 1e6;
      },
    },
    {
      name: "tokens",
      type: "USMALLINT",
      meaning: "tokens that the event bore",
      value: (table, row) => table.tokens.tokens[row] ?? null,
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

export const engineMetricsFile: ParquetFile<SeriesTable> = {
  name: "engine-metrics.parquet",
  row: "one sample of a figure that the engine tells of itself",
  rows: (table) => table.which.length,
  columns: seriesColumns,
};

export const telemetryFile: ParquetFile<SeriesTable> = {
  name: "telemetry.parquet",
  row: "one sample of the machine, the GPU or the load generator",
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

export const outputsFile: ParquetFile<OutputRow[]> = {
  name: "outputs.parquet",
  row: "one answer of an accuracy trial; scores are F-measures in per cent",
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
