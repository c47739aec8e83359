import {
  DuckDBTypeId,
  JsonDuckDBValueConverter,
  type DuckDBResultReader,
  type DuckDBValueConverter,
} from "@duckdb/node-api";
import { jsonOrText, type Json } from "../schema/json.ts";

const wholeNumbers = new Set([DuckDBTypeId.BIGINT, DuckDBTypeId.UBIGINT, DuckDBTypeId.HUGEINT, DuckDBTypeId.UHUGEINT]);
const timestamps = new Set([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
]);

/**
 * Values as JSON has them: whole numbers as numbers where they are exact and as texts beyond 2^53, decimals as numbers,
 * timestamps as ISO 8601 in UTC, JSON columns as what they hold; infinities and NaN as texts.
 */
const toJson: DuckDBValueConverter<Json> = (value, type, converter) => {
  if (value === null || value === undefined) return null;
  if (wholeNumbers.has(type.typeId)) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (type.typeId === DuckDBTypeId.DECIMAL) return Number(String(value));
  if (timestamps.has(type.typeId)) return `${String(value).replace(" ", "T")}Z`;
  return JsonDuckDBValueConverter(value, type, converter);
};

/** Columns with DuckDB's type names, and rows as JSON values. */
export function jsonRows(reader: DuckDBResultReader): { columns: { name: string; type: string }[]; rows: Json[][] } {
  const types = reader.columnTypes();
  const columns = reader
    .columnNames()
    .map((name, index) => ({ name, type: types[index]?.alias ?? String(types[index]) }));
  const rows = reader.convertRows(toJson);
  columns.forEach(({ type }, index) => {
    if (type !== "JSON") return;
    for (const row of rows) {
      const cell = row[index];
      if (typeof cell === "string") row[index] = jsonOrText(cell);
    }
  });
  return { columns, rows };
}
