import { DuckDBInstance } from "@duckdb/node-api";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/math/random.ts";
import type { ColumnType } from "../../../src/schema/stored-tables.ts";
import type { CellValue, ParquetFile } from "../../../src/store/parquet-files.ts";
import { writeParquet } from "../../../src/store/parquet/write.ts";
import { useTemporaryFolders } from "../../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();

type Row = CellValue[];
const types: ColumnType[] = ["BOOLEAN", "USMALLINT", "UINTEGER", "DOUBLE", "VARCHAR"];

function fileOf(rowsPerBatch: number): ParquetFile<Row[], Row[]> {
  return {
    name: "all.parquet",
    row: "one of all types",
    columns: types.map((type, column) => ({
      name: `${type.toLowerCase()} of "${column}"`,
      type,
      meaning: "",
      value: (batch, row) => batch[row]?.[column] ?? null,
    })),
    *batches(rows) {
      for (let from = 0; from < rows.length; from += rowsPerBatch) yield rows.slice(from, from + rowsPerBatch);
    },
    rows: (batch) => batch.length,
  };
}

async function query(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const reader = await connection.runAndReadAll(sql);
  const rows = reader.getRowsJS();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const random = createRandom(8);
const cell: Record<ColumnType, () => CellValue> = {
  BOOLEAN: () => random.next() < 0.5,
  USMALLINT: () => random.integer(65_536),
  UINTEGER: () => random.integer(2 ** 32),
  DOUBLE: () => random.normal() * 1e9,
  VARCHAR: () => "ein Tést \u{1F600} ".repeat(random.integer(4)),
};
const someRows = (count: number, nulls: number): Row[] =>
  Array.from({ length: count }, () => types.map((type) => (random.next() < nulls ? null : cell[type]())));

describe("writeParquet", () => {
  it.each([
    ["without a null", someRows(3000, 0), 700],
    ["with some", someRows(3001, 0.3), 7],
    ["of nulls alone", someRows(100, 1), 100],
    ["of one row", someRows(1, 0), 10],
    ["of none", [], 10],
  ])("writes what DuckDB reads: rows %s", async (_, rows, rowsPerBatch) => {
    const path = join(temporaryFolder(), "it's.parquet");
    await writeParquet(fileOf(rowsPerBatch), rows, path);
    const quoted = `'${path.replaceAll("'", "''")}'`;
    expect(await query(`FROM ${quoted}`)).toEqual(rows);
    const described = await query(`SELECT column_name, column_type FROM (DESCRIBE FROM ${quoted})`);
    expect(described).toEqual(types.map((type, column) => [`${type.toLowerCase()} of "${column}"`, type]));
    expect(await query(`SELECT num_rows::INT FROM parquet_file_metadata(${quoted})`)).toEqual([[rows.length]]);
  });

  it("ends a row group when it has enough rows, or enough bytes", async () => {
    const groups = async (rows: Row[]): Promise<unknown[]> => {
      const path = join(temporaryFolder(), "groups.parquet");
      await writeParquet(fileOf(1000), rows, path);
      expect(await query(`SELECT count(*)::INT, count(DISTINCT "varchar of ""4""")::INT FROM '${path}'`)).toEqual([
        [rows.length, new Set(rows.map((row) => row[4])).size],
      ]);
      const sql = `SELECT DISTINCT row_group_id::INT, row_group_num_rows::INT FROM parquet_metadata('${path}') ORDER BY 1`;
      return (await query(sql)).map(([, count]) => count);
    };
    const small = Array.from({ length: 140_000 }, (): Row => [null, null, 5, null, "x"]);
    expect(await groups(small)).toEqual([132_000, 8000]);
    const large = Array.from({ length: 3000 }, (__, index): Row => [null, null, null, null, `${index} `.repeat(3000)]);
    expect((await groups(large)).length).toBeGreaterThan(1);
  });

  it("never writes over a file that is there", async () => {
    const path = join(temporaryFolder(), "there.parquet");
    writeFileSync(path, "");
    await expect(writeParquet(fileOf(1), [], path)).rejects.toThrow(/EEXIST/);
  });
});
