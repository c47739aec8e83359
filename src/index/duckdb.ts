import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";

/** No extension is ever fetched or loaded: parquet and json are built in. */
const settings = { autoinstall_known_extensions: "false", autoload_known_extensions: "false" };

/** Opens a database file, hands over a connection, closes both whatever happens. */
export async function withDatabase<Answer>(
  path: string,
  access: "READ_WRITE" | "READ_ONLY",
  work: (connection: DuckDBConnection) => Promise<Answer>,
): Promise<Answer> {
  const instance = await DuckDBInstance.create(path, { ...settings, access_mode: access });
  try {
    const connection = await instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** An SQL string: a quote in it is doubled. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** DuckDB takes every path for a pattern: brackets, stars and question marks stand for themselves within brackets. */
export function escapedForGlob(path: string): string {
  return path.replaceAll(/[[*?]/g, "[$&]");
}
