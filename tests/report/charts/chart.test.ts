import { describe, expect, it } from "vitest";
import { tableOf } from "../../../src/report/charts/chart.ts";
import { relationOf, text } from "../../../src/report/relations/relation.ts";

const relationWith = (...decisions: string[]) =>
  relationOf("latency", decisions, [text("arm", "Arm", () => "a"), text("decision", "Decision", (own) => own)]);

describe("the table of a chart", () => {
  it("has decisions where one was made", () => {
    const decided = relationWith("BASELINE", "HOLD");
    expect(tableOf(decided)).toEqual(decided);
  });

  it("has no such column where there are only baselines, as in a bench, and none is added", () => {
    const table = tableOf(relationWith("BASELINE", ""));
    expect(table.columns.map(({ key }) => key)).toEqual(["arm"]);
    expect(table.rows).toEqual([[{ value: "a" }], [{ value: "a" }]]);
    expect(tableOf(table)).toEqual(table);
  });
});
