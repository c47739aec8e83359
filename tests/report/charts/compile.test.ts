import { expect, it } from "vitest";
import { compiled } from "../../../src/report/charts/compile.ts";

const spec = {
  params: [
    { name: "margin", value: 1 },
    { name: "step", value: 2 },
  ],
  data: { name: "rows" },
  mark: "point",
  transform: [{ filter: "datum.x > margin" }],
  encoding: { x: { field: "x", type: "quantitative" } },
};

it("gives a specification the rows and values of each study, and keeps those of none", async () => {
  const first = await compiled(spec, { margin: 3, names: ["a"] }, { rows: [{ x: 1 }] });
  const second = await compiled(spec, { margin: 4, names: ["b"] }, { rows: [{ x: 2 }, { x: 3 }] });
  const valuesOf = ({ data = [], signals = [] }: typeof first) => [
    data.find(({ name }) => name === "rows"),
    ...["margin", "step", "names"].map((asked) => signals.find(({ name }) => name === asked)),
  ];
  expect(valuesOf(first)).toMatchObject([{ values: [{ x: 1 }] }, { value: 3 }, { value: 2 }, { value: ["a"] }]);
  expect(valuesOf(second)).toMatchObject([
    { values: [{ x: 2 }, { x: 3 }] },
    { value: 4 },
    { value: 2 },
    { value: ["b"] },
  ]);
  // What is drawn of it was compiled once.
  expect(second.marks).toBe(first.marks);
  expect((await compiled({ ...spec, mark: "bar" }, { margin: 4 }, {})).marks).not.toBe(first.marks);
});
