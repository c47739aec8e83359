import { dirname } from "node:path";
import { putAside } from "../../schema/left-out.ts";
import { fail, messageOf, type Result, succeed } from "../../schema/result.ts";

/** No extension is ever fetched or loaded: parquet is built in. */
const settings = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" };

/**
 * The rows that a query finds in parquet files of one trial, as objects of its columns: the shape is the caller's word. `paths` are
 * its parameters, by name. A file that is truncated or no parquet is a failure.
 */
export async function readParquetRows<Row>(sql: string, paths: { [name: string]: string }): Promise<Result<Row[]>> {
  // Loaded where it is needed: most commands read no columns, and it takes a fifth of their start.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(sql, paths);
    return succeed(read.getRowObjectsJS() as Row[]);
  } catch (error) {
    const folder = dirname(Object.values(paths)[0] ?? "");
    const [said = ""] = messageOf(error).split("\n");
    return fail("stored-file-broken", `${folder}: a parquet file cannot be read: ${said}`, putAside(folder));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
