import { promises as files } from "node:fs";
import { promisify } from "node:util";
import { constants, zstdCompress } from "node:zlib";
import type { ParquetColumn, ParquetFile } from "../parquet-files.ts";
import { createColumn, parquetTypes } from "./column.ts";
import { compactBytes, i32, i64, list, struct, text, type Compact } from "./compact.ts";

/** A row group is written when it has so many rows, or so many bytes before they are compressed. Readers share out row groups. */
const ROWS_OF_A_GROUP = 131_072;
const BYTES_OF_A_GROUP = 16_000_000;

/** zstd's fastest: token times do not compress well at any level. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const compress = promisify(zstdCompress);

const MAGIC = Buffer.from("PAR1");

/** Numbers of parquet.thrift. */
const encodings = { plain: 0, rle: 3 };
const ZSTD = 6;
const OPTIONAL = 1;
const DATA_PAGE = 0;

interface WrittenColumn {
  /** Where its page begins. */
  offset: number;
  compressedBytes: number;
  plainBytes: number;
}

interface WrittenGroup {
  rows: number;
  columns: WrittenColumn[];
}

/**
 * Writes one parquet file, zstd, a batch of the source at a time, so that the memory it takes does not grow with the
 * rows. Throws what the file system says, for instance where the disk is full. A writer of our own, since DuckDB takes
 * rows from JavaScript into a table that it keeps whole: 800 MB and 6 to 13 s for 12.8 million token events.
 * Source: https://github.com/apache/parquet-format (README.md and src/main/thrift/parquet.thrift)
 */
export async function writeParquet<Source, Batch>(
  file: ParquetFile<Source, Batch>,
  source: Source,
  path: string,
): Promise<void> {
  const handle = await files.open(path, "wx");
  try {
    const groups: WrittenGroup[] = [];
    let end = await put(handle, MAGIC, 0);
    const columns = file.columns.map(({ type }) => createColumn(type));
    let rows = 0;
    const endGroup = async (): Promise<void> => {
      const own = rows;
      rows = 0;
      const pages = await Promise.all(columns.map((column) => compressedPage(column.takePage(), own)));
      const written: WrittenColumn[] = [];
      for (const { bytes, plainBytes } of pages) {
        written.push({ offset: end, compressedBytes: bytes.length, plainBytes });
        end = await put(handle, bytes, end);
      }
      groups.push({ rows: own, columns: written });
    };
    for (const batch of file.batches(source)) {
      const count = file.rows(batch);
      for (const [place, column] of file.columns.entries()) {
        const cells = columns[place]!;
        for (let row = 0; row < count; row += 1) cells.append(column.value(batch, row));
      }
      rows += count;
      const bytes = columns.reduce((sum, column) => sum + column.bytes(), 0);
      if (rows >= ROWS_OF_A_GROUP || bytes >= BYTES_OF_A_GROUP) await endGroup();
    }
    if (rows > 0) await endGroup();
    const footer = compactBytes(fileMetadata(file.columns, groups));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    await put(handle, Buffer.concat([footer, length, MAGIC]), end);
  } finally {
    await handle.close();
  }
}

async function put(handle: files.FileHandle, bytes: Buffer, position: number): Promise<number> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
  return position + bytes.length;
}

/** The page with its header in front, both counted. */
async function compressedPage(page: Buffer, rows: number): Promise<{ bytes: Buffer; plainBytes: number }> {
  const compressed = await compress(page, COMPRESSION);
  const header = compactBytes(
    struct({
      1: i32(DATA_PAGE),
      2: i32(page.length),
      3: i32(compressed.length),
      5: struct({ 1: i32(rows), 2: i32(encodings.plain), 3: i32(encodings.rle), 4: i32(encodings.rle) }),
    }),
  );
  return { bytes: Buffer.concat([header, compressed]), plainBytes: header.length + page.length };
}

type Columns = readonly Pick<ParquetColumn<never>, "name" | "type">[];

function fileMetadata(columns: Columns, groups: readonly WrittenGroup[]): Compact {
  const schema = columns.map(({ name, type }) => {
    const { physical, converted } = parquetTypes[type];
    return struct({ 1: i32(physical), 3: i32(OPTIONAL), 4: text(name), 6: converted === null ? null : i32(converted) });
  });
  return struct({
    1: i32(1),
    2: list("struct", [struct({ 4: text("schema"), 5: i32(columns.length) }), ...schema]),
    3: i64(groups.reduce((sum, { rows }) => sum + rows, 0)),
    4: list(
      "struct",
      groups.map((group) => rowGroup(columns, group)),
    ),
    6: text("ceteris"),
  });
}

function rowGroup(columns: Columns, { rows, columns: written }: WrittenGroup): Compact {
  const chunks = columns.map(({ name, type }, place) => {
    const { offset, compressedBytes, plainBytes } = written[place]!;
    const metadata = struct({
      1: i32(parquetTypes[type].physical),
      2: list("i32", [i32(encodings.plain), i32(encodings.rle)]),
      3: list("binary", [text(name)]),
      4: i32(ZSTD),
      5: i64(rows),
      6: i64(plainBytes),
      7: i64(compressedBytes),
      9: i64(offset),
    });
    return struct({ 2: i64(offset), 3: metadata });
  });
  const bytes = written.reduce((sum, { plainBytes }) => sum + plainBytes, 0);
  return struct({ 1: list("struct", chunks), 2: i64(bytes), 3: i64(rows) });
}
