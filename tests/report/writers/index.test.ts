import { describe, expect, it } from "vitest";
import { formatRows, writeDocument } from "../../../src/report/writers/index.ts";
import { escapeMarkdown } from "../../../src/report/markdown.ts";
import type { Json } from "../../../src/schema/json.ts";

const columns = ["name", "value", "more"];
const rows: Json[][] = [
  ["a,b", 1234.56789, null],
  ['say "x"', -2, { deep: [1] }],
  ["two\nlines \u001B[31m", null, true],
];

describe("formatRows", () => {
  it("prints a table for people: numbers to the right, no control characters, one line a row", () => {
    expect(formatRows(columns, rows, "table")).toBe(
      `name              value  more
--------------  -------  ------------
a,b             1234.57
say "x"              -2  {"deep":[1]}
two lines [31m           true
`,
    );
  });

  it("aligns columns beside wide characters, emoji, flags and accents that are marks of their own", () => {
    expect(
      formatRows(
        ["a", "b"],
        [
          ["模型", "x"],
          ["ﾊﾝ ｂ", "x"],
          ["🚀", "x"],
          ["🇩🇪", "x"],
          ["e\u0301", "x"],
        ],
        "table",
      ),
    ).toBe("a      b\n-----  -\n模型   x\nﾊﾝ ｂ  x\n🚀     x\n🇩🇪     x\ne\u0301      x\n");
  });

  it("prints CSV with full precision and quotes where they are needed", () => {
    expect(formatRows(columns, rows, "csv")).toBe(
      'name,value,more\r\n"a,b",1234.56789,\r\n"say ""x""",-2,"{""deep"":[1]}"\r\n"two\nlines \u001B[31m",,true\r\n',
    );
  });

  it("prints JSON as a list of objects, and keeps two columns of one name", () => {
    expect(JSON.parse(formatRows(["n", "n", "n"], [[1, null, "x"]], "json"))).toEqual([{ n: 1, n_2: null, n_3: "x" }]);
  });

  it("prints markdown with borders escaped", () => {
    expect(formatRows(["a|b"], [["x|y"], ["z"]], "markdown")).toBe("| a\\|b |\n| ---- |\n| x\\|y |\n| z    |\n");
  });

  it.each(["table", "csv", "markdown", "json"] as const)("prints no rows as %s", (format) => {
    expect(formatRows(["a"], [], format)).toBe(
      { table: "a\n-\n", csv: "a\r\n", markdown: "| a   |\n| --- |\n", json: "[]\n" }[format],
    );
  });
});

it("shows at a terminal what markdown has escaped", () => {
  const text = escapeMarkdown("a&lt;b <c> & `d`");
  expect(writeDocument({ blocks: [{ type: "prose", text }] }, "table")).toBe("a&lt;b <c> & `d`\n");
});
