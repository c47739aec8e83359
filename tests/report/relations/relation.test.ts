import { describe, expect, it } from "vitest";
import { change, code, interval, number, p, relationOf, text } from "../../../src/report/relations/relation.ts";
import { csvTable } from "../../../src/report/writers/csv.ts";
import { jsonTable } from "../../../src/report/writers/json.ts";
import { markdownTable } from "../../../src/report/writers/markdown.ts";
import { terminalTable } from "../../../src/report/writers/terminal.ts";

interface Row {
  name: string;
  rate: number | null;
  ratio: number | null;
}

const relation = relationOf<Row>(
  "things",
  [
    { name: "a|b", rate: 12.345, ratio: 1.345 },
    { name: "c", rate: null, ratio: null },
  ],
  [
    text("name", "Name", ({ name }) => name),
    code("knob", "Knob", ({ name }) => (name === "c" ? { value: "none is set", isText: true } : name)),
    number("rate", "Rate", ({ rate }) => ({ value: rate, bracketed: true }), { unit: "1/s", decimals: 1 }),
    change("change", "Δ", ({ ratio }) => ({ value: ratio, strong: ratio !== null, note: " (x_y|z)" })),
    interval("bounds", ({ ratio }) => (ratio === null ? null : { lower: 1.25, upper: 1.5 })),
    p(({ ratio }) => (ratio === null ? null : 0.0001)),
    number("margin", "Margin", () => 2.25, { decimals: 1, sign: "±", suffix: " %" }),
  ],
);

describe("one relation in each format", () => {
  it("is a table of markdown: marks are markup, what was said is not", () => {
    expect(markdownTable(relation)).toBe(
      `| Name | Knob        | Rate (1/s) |                  Δ | 95 % interval |       p | Margin |
| ---- | ----------- | ---------: | -----------------: | ------------: | ------: | -----: |
| a\\|b | \`a\\|b\`      |     (12.3) | **+35\u202F%** (x_y\\|z) |    [+25, +50] | ≤ 0.001 | ±2.3\u202F% |
| c    | none is set |        (–) |         – (x_y\\|z) |               |       – | ±2.3\u202F% |
`,
    );
  });

  it("is columns at a terminal", () => {
    expect(terminalTable(relation)).toBe(
      `Name  Knob         Rate (1/s)              Δ  95 % interval        p  Margin
----  -----------  ----------  -------------  -------------  -------  ------
a|b   a|b              (12.3)  +35 % (x_y|z)     [+25, +50]  ≤ 0.001  ±2.3 %
c     none is set         (–)      – (x_y|z)                       –  ±2.3 %
`,
    );
  });

  it("has keys and full precision as data", () => {
    expect(csvTable(relation)).toBe(
      "name,knob,rate,change,bounds_lower,bounds_upper,p,margin\r\na|b,a|b,12.345,1.345,1.25,1.5,0.0001,2.25\r\nc,none is set,,,,,,2.25\r\n",
    );
    expect(JSON.parse(jsonTable(relation))).toEqual([
      {
        name: "a|b",
        knob: "a|b",
        rate: 12.345,
        change: 1.345,
        bounds_lower: 1.25,
        bounds_upper: 1.5,
        p: 0.0001,
        margin: 2.25,
      },
      {
        name: "c",
        knob: "none is set",
        rate: null,
        change: null,
        bounds_lower: null,
        bounds_upper: null,
        p: null,
        margin: 2.25,
      },
    ]);
  });

  it("has the interval of a number beside it as data", () => {
    const levels = relationOf(
      "levels",
      [1, null],
      [
        number<number | null>("to", "To", (to) =>
          to === null ? null : { value: to, bounds: { lower: 0.5, upper: 2 } },
        ),
      ],
    );
    expect(csvTable(levels)).toBe("to,to_lower,to_upper\r\n1,0.5,2\r\n,,\r\n");
  });
});
