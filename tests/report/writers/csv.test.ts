import { expect, it } from "vitest";
import { relationOfRows } from "../../../src/report/relations/relation.ts";
import { csvTable } from "../../../src/report/writers/csv.ts";

const field = (value: string | number): string => csvTable(relationOfRows("t", ["a"], [[value]])).slice(3, -2);

it.each([
  ["=1+1", `"'=1+1"`],
  ["+cmd", `"'+cmd"`],
  ["-2+3", `"'-2+3"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ["\r=1", `"'\r=1"`],
  ["\uFF1D1", `"'\uFF1D1"`],
  ["\u0000=1", `"'=1"`],
  ['=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
  ["a=1", "a=1"],
])("starts no formula with the text %j", (text, written) => expect(field(text)).toBe(written));

it.each([-2, 1e-9, "-9007199254740993", "+0.25", "-1.5e+20"])("leaves the number %s a number", (value) =>
  expect(field(value)).toBe(String(value)),
);

it("starts no formula with the name of a column", () => {
  expect(csvTable(relationOfRows("t", ["=cmd"], []))).toBe(`"'=cmd"\r\n`);
});
