import { describe, expect, it } from "vitest";
import { cellText, isRight, shownColumns, typesetCell } from "../../src/report/cell-text.ts";
import { reportData } from "../../src/report/pages.ts";
import { everyTable } from "../../src/report/report-data.ts";
import { change, interval, number, relationOf, type Cell } from "../../src/report/relations/relation.ts";
import { htmlTable } from "../../src/report/writers/html/document.ts";
import { latexTable } from "../../src/report/writers/latex/table.ts";
import { markdownTable } from "../../src/report/writers/markdown.ts";
import { fakeReportInput } from "../support/fake-report.ts";

interface Row {
  ratio: number;
  half: number | null;
  level: Cell;
}

const rows: Row[] = [
  { ratio: 1.34242, half: 1.7, level: { value: 1460.966, bounds: { lower: 1440, upper: 1480 } } },
  { ratio: 0.96612, half: 1.5, level: { value: 1088.3, bounds: { lower: 1070, upper: 1107 } } },
  { ratio: 1.0001, half: null, level: { value: 12 } },
];
const relation = relationOf("r", rows, [
  change("change", "Δ", ({ ratio }: Row) => ratio),
  interval("change_interval", ({ ratio, half }: Row) =>
    half === null ? null : { lower: ratio - half / 100, upper: ratio + half / 100 },
  ),
  number("level", "Level", ({ level }: Row) => level, { decimals: 2 }),
  number("other", "Other", ({ ratio }: Row) => -ratio, { decimals: 2 }),
]);

const cells = (write: typeof cellText): string[][] =>
  relation.rows.map((row) => shownColumns(relation).map((column, at) => write(column, row[at]!)));

describe("the figures of a table", () => {
  it("have the decimals that the intervals of their column allow, the same for the whole column", () => {
    expect(cells(cellText)).toEqual([
      ["+34.2 %", "[+32.5, +35.9]", "1,461 [1,440, 1,480]", "-1.34"],
      ["-3.4 %", "[-4.9, -1.9]", "1,088 [1,070, 1,107]", "-0.97"],
      ["0.0 %", "", "12", "-1.00"],
    ]);
  });

  it("have a comma between thousands also without decimals, and a seed has none", () => {
    const figure = number("n", "n", () => 0, { grouped: true });
    expect([1001.22, 12345, 0.00012345].map((value) => cellText(figure, { value }))).toEqual([
      "1,001.22",
      "12,345",
      "0.00012345",
    ]);
    expect(
      cellText(
        number("seed", "Seed", () => 0),
        { value: 20260101 },
      ),
    ).toBe("20260101");
  });

  it("are typeset on pages, and what others wrote is not", () => {
    expect(cells(typesetCell)[1]).toEqual([
      "\u22123.4\u202F%",
      "[\u22124.9, \u22121.9]",
      "1,088 [1,070, 1,107]",
      "\u22120.97",
    ]);
    expect(typesetCell(shownColumns(relation)[0]!, { value: "-3 %" })).toBe("-3 %");
  });
});

it("writes the same digits on pages, in markdown and in LaTeX", () => {
  const numbers = (said: string): string[] =>
    [...said.matchAll(/\d[\d,]*(?:\.\d+)?/g)].map(([figure]) => figure.replaceAll(",", ""));
  for (const one of everyTable(reportData(fakeReportInput("simulated")))) {
    const kept = one.columns.map((column) => isRight(column));
    const figures = {
      name: one.name,
      columns: one.columns.filter((_, at) => kept[at]),
      rows: one.rows.map((row) => row.filter((_, at) => kept[at])),
    };
    const markdown = numbers(markdownTable(figures).split("\n").slice(2).join("\n"));
    const html = numbers(
      htmlTable(figures)
        .replace(/^.*<tbody>/s, "")
        .replaceAll(/<[^>]*>/g, " "),
    );
    const latex = numbers(/\\midrule\n(.*)\\bottomrule/s.exec(latexTable(figures, []))![1]!);
    expect([one.name, html]).toEqual([one.name, markdown]);
    expect([one.name, latex]).toEqual([one.name, markdown]);
  }
});
