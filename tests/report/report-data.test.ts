import { expect, it } from "vitest";
import { dataTables, reportData } from "../../src/report/pages.ts";
import { fakeDuelInput } from "../support/fake-kinds.ts";
import { fakeReportInput } from "../support/fake-report.ts";
import { sweptReport } from "../support/swept-report.ts";

it("has what charts draw and the answers of queries among the tables, each row with its origin", () => {
  const tables = dataTables(reportData(fakeReportInput("simulated")));
  expect(Object.keys(tables)).toEqual(expect.arrayContaining(["results", "stack", "launches"]) as string[]);
  for (const { columns, rows } of Object.values(tables)) {
    expect(columns.at(-1)?.key).toBe("origin");
    for (const row of rows) expect(row.at(-1)?.value).toBe("SIMULATED, STAND-IN");
  }
  const measured = dataTables(reportData(fakeReportInput()));
  expect(measured["results"]?.rows[0]?.at(-1)?.value).toBe("measured");
});

it.each([
  ["a stack", fakeReportInput()],
  ["a sweep", sweptReport()],
  ["a duel", fakeDuelInput()],
])("has a head above each column: %s", (_, input) => {
  const titles = Object.values(dataTables(reportData(input))).flatMap(({ columns }) =>
    columns.map(({ title }) => title),
  );
  expect(titles).not.toContain("");
});

it("leaves a query's own column of that name alone", () => {
  const queries = { mine: { columns: ["origin"], rows: [["imported"]] } };
  expect(dataTables(reportData({ ...fakeReportInput(), queries }))["mine"]?.rows).toEqual([[{ value: "imported" }]]);
});
