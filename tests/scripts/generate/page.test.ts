import { expect, it } from "vitest";
import { pageWith, table } from "../../../scripts/generate/page.ts";

it("writes a table, one line a row, with bars escaped", () => {
  expect(table(["flag", "meaning"], [["`--a x|y`", "one\n two"]])).toBe(
    ["| flag | meaning |", "|---|---|", "| `--a x\\|y` | one two |"].join("\n"),
  );
});

it("refuses a page without a place for what is made", () => {
  expect(() => pageWith("docs/style.md", { flags: "" })).toThrow("<!-- generated: flags -->");
});
