import { describe, expect, it } from "vitest";
import { panelsOf, wholeOf } from "../../../src/report/charts/panels.ts";

const layer = [{ mark: "point" }];
const row = {
  title: "Row",
  data: { name: "points" },
  transform: [{ filter: "datum.both" }],
  spec: { width: 345, encoding: { x: { field: "load" } }, layer },
  hconcat: [
    { transform: [{ filter: "datum.left" }], spec: { encoding: { y: { field: "value" } } } },
    { spec: { width: 200, encoding: { y: { field: "other" } } } },
  ],
};

describe("a row of panels", () => {
  it("gives each panel what the row says for all, object by object, and keeps what is the panel's own", () => {
    expect(panelsOf(row)).toEqual([
      {
        title: "Row",
        data: { name: "points" },
        transform: [{ filter: "datum.both" }, { filter: "datum.left" }],
        spec: { width: 345, encoding: { x: { field: "load" }, y: { field: "value" } }, layer },
      },
      {
        title: "Row",
        data: { name: "points" },
        transform: [{ filter: "datum.both" }],
        spec: { width: 200, encoding: { x: { field: "load" }, y: { field: "other" } }, layer },
      },
    ]);
  });

  it("is plain Vega-Lite as one drawing: data and transforms once, the view in each panel", () => {
    const whole = wholeOf(row);
    expect(Object.keys(whole)).toEqual(["title", "data", "transform", "hconcat"]);
    expect(whole["hconcat"]).toMatchObject([{ spec: { width: 345, layer } }, { spec: { width: 200, layer } }]);
  });

  it("leaves any other specification as it is", () => {
    const spec = { data: { name: "points" }, mark: "point" };
    expect(panelsOf(spec)).toEqual([spec]);
    expect(wholeOf(spec)).toBe(spec);
  });
});
