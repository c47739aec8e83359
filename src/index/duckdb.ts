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

/**
 * Who keeps DuckDB from locking a database file: a process, by its id; 0 where none that can be seen here does, since the file
 * system grants no locks (Lustre, NFS) or the holder is on another host or in another container. Null of any other error.
 */
export function lockHolder(error: unknown): number | null {
  const [said, pid] = /could not set lock(?:.*PID (\d+))?/is.exec(String(error)) ?? [];
  return said === undefined ? null : Number(pid ?? 0);
}

/** DuckDB takes every path for a pattern: brackets, stars and question marks stand for themselves within brackets. */
export function escapedForGlob(path: string): string {
  return path.replaceAll(/[[*?]/g, "[$&]");
}
