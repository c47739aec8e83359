import {
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  UINTEGER,
  USMALLINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
} from "@duckdb/node-api";
import type { ColumnType, ParquetFile } from "./parquet-files.ts";

const types: Record<ColumnType, DuckDBType> = { USMALLINT, UINTEGER, DOUBLE, VARCHAR };

/** DuckDB's own vector size: a chunk cannot hold more rows. */
const rowsPerChunk = 2048;

/** Writes one or more parquet files; all share a DuckDB in memory, which nobody else can see or lock. */
export interface ParquetWriter {
  /** Columns in the order of the file's list, zstd. Throws with DuckDB's message, for instance where the disk is full. */
  write<Source>(file: ParquetFile<Source>, source: Source, path: string): Promise<void>;
  close(): void;
}

export async function openParquetWriter(): Promise<ParquetWriter> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  return {
    write: (file, source, path) => write(connection, file, source, path),
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function write<Source>(
  connection: DuckDBConnection,
  file: ParquetFile<Source>,
  source: Source,
  path: string,
): Promise<void> {
  const columns = file.columns.map(({ name, type }) => `"${name}" ${type}`).join(", ");
  await connection.run(`CREATE OR REPLACE TEMP TABLE outgoing (${columns})`);
  const appender = await connection.createAppender("outgoing");
  const chunkTypes = file.columns.map(({ type }) => types[type]);
  const rows = file.rows(source);
  for (let start = 0; start < rows; start += rowsPerChunk) {
    const count = Math.min(rowsPerChunk, rows - start);
    const chunk = DuckDBDataChunk.create(chunkTypes, count);
    file.columns.forEach((column, index) => {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < count; row += 1) vector.setItem(row, column.value(source, start + row));
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  await connection.run(`COPY outgoing TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`);
  await connection.run("DROP TABLE outgoing");
}

/** An SQL string. A path is the user's: a quote in it is doubled. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
