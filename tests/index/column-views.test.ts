import { DuckDBInstance } from "@duckdb/node-api";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { columnViews, columnViewSql } from "../../src/index/column-views.ts";
import { nsPerLaterToken } from "../../src/schema/observation.ts";
import { useTemporaryFolders } from "../support/temporary-folder.ts";

const temporaryFolder = useTemporaryFolders();
const requests = columnViews.find(({ name }) => name === "requests")!;

/** Rows of the view over trials whose files have the columns that the SQL says. */
async function rowsOver(files: Record<string, string>, sql: string): Promise<unknown[][]> {
  const results = temporaryFolder();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE trials (study VARCHAR, experiment VARCHAR, trial_id VARCHAR, folder VARCHAR)");
  for (const [trial, columns] of Object.entries(files)) {
    const folder = join(results, "s", "e", trial);
    mkdirSync(folder, { recursive: true });
    await connection.run(`INSERT INTO trials VALUES ('s', 'e', '${trial}', 's/e/${trial}')`);
    await connection.run(`COPY (${columns}) TO '${join(folder, "requests.parquet")}' (FORMAT parquet)`);
  }
  const view = columnViewSql(requests, [join(results, "*/*/*/requests.parquet")]);
  const reader = await connection.runAndReadAll(`WITH requests AS (${view}) ${sql}`);
  const rows = reader.getRowsJS();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const old = Object.entries(requests.columns)
  .filter(([name]) => name !== "class" && name !== "cancelled")
  .map(([name, type]) => `(1)::VARCHAR::${type} AS "${name}"`)
  .join(", ");

describe("a view over the columns of trials", () => {
  it("reads null where a trial is older than a column, also where all of them are", async () => {
    const sql = "SELECT trial_id, request, class, cancelled FROM requests ORDER BY 1";
    expect(await rowsOver({ a: `SELECT ${old}` }, sql)).toEqual([["a", 1, null, null]]);
    const both = { a: `SELECT ${old}`, b: `SELECT ${old}, 'chat' AS class, true AS cancelled` };
    expect(await rowsOver(both, sql)).toEqual([
      ["a", 1, null, null],
      ["b", 1, "chat", true],
    ]);
  });

  it("has the time per output token of the metric, whatever the chunks bore", async () => {
    const answers: [outputTokens: number | null, chunks: number, finish: string | null][] = [
      [11, 11, "length"],
      [12, 4, "length"],
      [12, 11, "stop"],
      [12, 11, "tool_calls"],
      [12, 11, "content_filter"],
      [2, 1, "length"],
      [1, 1, null],
      [null, 4, "length"],
    ];
    const rows = answers.map(
      ([tokens, chunks, finish], place) =>
        `SELECT ${place}::UINTEGER AS request, 0.0::DOUBLE AS first_token_ms, 100.0::DOUBLE AS last_token_ms, ${tokens}::UINTEGER AS output_tokens, ${chunks}::UINTEGER AS chunks, ${finish === null ? "NULL" : `'${finish}'`}::VARCHAR AS finish`,
    );
    const shown = await rowsOver({ a: rows.join(" UNION ALL ") }, "SELECT tpot_ms FROM requests ORDER BY request");
    const right = answers.map(([outputTokens, chunks, finish]) =>
      outputTokens === null
        ? null
        : nsPerLaterToken({ outputTokens, chunks, finish, firstTokenNs: 0, lastTokenNs: 100 }),
    );
    expect(shown.flat()).toEqual(right);
    expect(right).toEqual([10, 100 / 9, 10, 10, 100 / 11, null, null, null]);
  });
});
