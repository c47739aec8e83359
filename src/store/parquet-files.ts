import type { RougePercents } from "../schema/rouge.ts";
import {
  engineMetricsTable,
  outputsTable,
  requestsTable,
  telemetryTable,
  tokensTable,
  type ColumnType,
  type StoredTable,
} from "../schema/stored-tables.ts";
import type { RequestRecord, RequestSource, Series, TokenBlock, TokenSource } from "../schema/observation.ts";

export type CellValue = boolean | number | string | null;

/** One column: its name on disk, what it means, and how it is read from a batch of what the trial saw. */
export interface ParquetColumn<Batch> {
  name: string;
  type: ColumnType;
  meaning: string;
  value(batch: Batch, row: number): CellValue;
}

/** One file of a trial folder, and how its columns are read from what the trial saw. */
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

type Columns<Batch, Column extends string> = Readonly<Record<Column, ParquetColumn<Batch>["value"]>>;

/** A file by its list of columns, and what each holds. */
function fileOf<Source, Batch, Column extends string>(
  { name, row, columns }: StoredTable<Column>,
  batches: ParquetFile<Source, Batch>["batches"],
  rows: ParquetFile<Source, Batch>["rows"],
  values: Columns<Batch, Column>,
): ParquetFile<Source, Batch> {
  const names = Object.keys(columns) as Column[];
  return {
    name,
    row,
    batches,
    rows,
    columns: names.map((column) => {
      const [type, meaning] = columns[column];
      return { name: column, type, meaning, value: values[column] };
    }),
  };
}

/** The same of rows that are objects. */
function fileOfRows<Row, Column extends string>(
  table: StoredTable<Column>,
  values: Readonly<Record<Column, (row: Row) => CellValue>>,
): ParquetFile<Iterable<Row>, Row[]> {
  const found = Object.entries<(row: Row) => CellValue>(values).map(([column, value]) => [
    column,
    (rows: Row[], place: number) => (rows[place] === undefined ? null : value(rows[place])),
  ]);
  return fileOf(table, inBatches, (rows) => rows.length, Object.fromEntries(found) as Columns<Row[], Column>);
}

export const requestsFile: ParquetFile<RequestSource, RequestRecord[]> = fileOfRows<
  RequestRecord,
  keyof typeof requestsTable.columns
>(requestsTable, {
  request: (record) => record.index,
  sample: (record) => record.sample,
  phase: (record) => record.phase,
  chunk: (record) => record.chunk,
  session: (record) => record.session,
  turn: (record) => record.turn,
  class: (record) => record.class,
  scheduled_ms: (record) => milliseconds(record.scheduledNs),
  sent_ms: (record) => milliseconds(record.sentNs),
  held_ms: (record) => milliseconds(record.heldNs),
  first_token_ms: (record) => milliseconds(record.firstTokenNs),
  last_token_ms: (record) => milliseconds(record.lastTokenNs),
  end_ms: (record) => milliseconds(record.endNs),
  prompt_tokens: (record) => record.promptTokens,
  output_tokens: (record) => record.outputTokens,
  asked_prompt_tokens: (record) => record.askedPromptTokens,
  asked_output_tokens: (record) => record.askedOutputTokens,
  count_problem: (record) => record.countProblem,
  chunks: (record) => record.chunks,
  finish: (record) => record.finish,
  status: (record) => record.status,
  error: (record) => record.error,
  cancelled: (record) => record.cancelled,
  resent: (record) => record.resent,
  output_hash: (record) => record.outputHash,
});

export const tokensFile = fileOf<TokenSource, TokenBlock, keyof typeof tokensTable.columns>(
  tokensTable,
  (tokens) => tokens.blocks(),
  (block) => block.length,
  {
    request: (block, row) => block.request[row]!,
    ordinal: (block, row) => block.ordinal[row]!,
    at_ms: (block, row) => block.atNs[row]! / 1e6,
    gap_ms(block, row) {
      const gap = block.gapNs[row]!;
      return Number.isNaN(gap) ? null : gap / 1e6;
    },
    tokens: (block, row) => block.tokens[row] || null,
  },
);

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

const seriesValues: Columns<SeriesTable, keyof typeof telemetryTable.columns> = {
  name: (table, row) => seriesAt(table, row)?.name ?? null,
  unit: (table, row) => seriesAt(table, row)?.unit ?? null,
  at_s(table, row) {
    const at = seriesAt(table, row)?.atNs[table.point[row] ?? 0];
    return at === undefined ? null : at / 1e9;
  },
  value: (table, row) => seriesAt(table, row)?.value[table.point[row] ?? 0] ?? null,
};

const seriesFile = (table: StoredTable<keyof typeof seriesValues>): ParquetFile<SeriesTable, SeriesTable> =>
  fileOf(
    table,
    (one) => [one],
    (one) => one.which.length,
    seriesValues,
  );

export const engineMetricsFile = seriesFile(engineMetricsTable);

export const telemetryFile = seriesFile(telemetryTable);

export const outputsFile = fileOfRows<OutputRow, keyof typeof outputsTable.columns>(outputsTable, {
  sample: (row) => row.sample,
  prediction: (row) => row.prediction,
  reference: (row) => row.reference,
  rouge1: (row) => row.rouge1,
  rouge2: (row) => row.rouge2,
  rouge_l: (row) => row.rougeL,
  rouge_lsum: (row) => row.rougeLsum,
});
