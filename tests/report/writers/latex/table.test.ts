import { describe, expect, it } from "vitest";
import { change, code, interval, number, p, relationOf, text } from "../../../../src/report/relations/relation.ts";
import { latexTable } from "../../../../src/report/writers/latex/table.ts";

interface Row {
  name: string;
  ratio: number | null;
  rate: number;
}

const rows: Row[] = [
  { name: "a_b", ratio: 1.345, rate: 1460.966 },
  { name: "c", ratio: 0.9, rate: 12.3 },
  { name: "d", ratio: null, rate: 5 },
];
const table = (items: readonly Row[]) =>
  relationOf("things", items, [
    text("name", "Name", ({ name }) => ({ value: name, note: " ¹" })),
    code("knob", "Knob", ({ name }) => `--${name}`),
    number("rate", "Rate", ({ rate }) => ({ value: rate, bracketed: rate === 5 }), { unit: "1/s", decimals: 1 }),
    change("change", "Δ", ({ ratio }) => ({ value: ratio, strong: ratio === 1.345 })),
    interval("bounds", ({ ratio }) => (ratio === null ? null : { lower: ratio - 0.015, upper: ratio + 0.015 })),
    p(({ ratio }) => (ratio === null ? null : ratio === 0.9 ? 0.0123 : 0.0001)),
    number("margin", "Margin", () => 2.25, { decimals: 1, sign: "±", suffix: " %" }),
  ]);

describe("latexTable", () => {
  it("aligns figures at the point, has units in the heads, and notes below", () => {
    const lines = latexTable(table(rows), ["SIMULATED; 50 % of it."]).split("\n");
    expect(lines).toContain(
      String.raw`Name & Knob & {Rate (1/s)} & {\ensuremath{\Delta} (\%)} & \multicolumn{2}{c}{\shortstack{95 \% interval\\(\%)}} & {p} & {Margin (\%)} \\`,
    );
    expect(lines).toContain(
      String.raw`a\_b \textsuperscript{1} & \texttt{{-}{-}a\_b} & 1461.0 & \bfseries +34.5 & {{[}}+33.0{,} & +36.0{]} & {\ensuremath{\leq} }0.001 & {\ensuremath{\pm}}2.3 \\`,
    );
    expect(lines.find((line) => line.startsWith("c "))).toContain("12.3 & -10.0 & {{[}}-11.5{,} & -8.5{]} & 0.012");
    expect(lines.find((line) => line.startsWith("d "))).toContain("{(}5.0{)} & {--} & {} & {} & {--}");
    expect(lines.join("\n")).toMatch(/\\begin\{tabular\}\{llS\[table-format=4\.1,/);
    expect(lines).toContain(String.raw`\item SIMULATED; 50 \% of it.`);
  });

  it("leaves room for what follows a number, and breaks words that are long with their note", () => {
    const noted = relationOf(
      "t",
      [1],
      [
        number("n", "N", () => ({ value: 5, note: " (too few)" })),
        text("status", "Status", () => ({ value: "open", note: ": no ratio, since the control has no usable value" })),
      ],
    );
    expect(latexTable(noted, [])).toContain("table-space-text-post={ (too few)}]>{\\raggedright");
    expect(latexTable(noted, [])).toContain("5{ (too few)} & open: no ratio,");
  });

  it("goes over pages where it is long", () => {
    const long = latexTable(table(Array.from({ length: 41 }, () => rows[0]!)), ["A note."]);
    expect(long).toContain(String.raw`\begin{longtable}`);
    expect(long).toContain(String.raw`\par\noindent{\footnotesize A note.}`);
    expect(long).not.toContain("tabular}");
  });

  it("has as many cells in each line as it has columns", () => {
    const lines = latexTable(table(rows), []).split("\n");
    const cells = lines.filter((line) => line.endsWith(String.raw`\\`)).map((line) => line.split(/(?<!\\)&/).length);
    expect(cells).toEqual([7, 8, 8, 8]);
  });
});
