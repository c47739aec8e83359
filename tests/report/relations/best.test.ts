import { describe, expect, it } from "vitest";
import { bestLines, bestRelation } from "../../../src/report/relations/best.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";
import type { BestArm, BestOfCell } from "../../../src/schema/best.ts";

const arm = (row: string, standing: BestArm["standing"], ratio: number | null = 1): BestArm => ({
  experiment: `${row}@x`,
  row,
  value: 100,
  unit: "tok/s",
  ratio,
  interval: ratio === null ? null : { lower: ratio - 0.01, upper: 1 },
  standing,
  why: standing === "not compared" ? "it was not measured" : null,
});

const cell = (name: string, arms: BestArm[], why: string | null = null): BestOfCell => ({
  cell: name,
  baseline: "baseline",
  metric: "output_throughput",
  stat: "value",
  title: "throughput",
  better: "higher",
  arms,
  why,
});

describe("the best of many, in words", () => {
  it("names the best, what cannot be told from it, and what is missing", () => {
    expect(
      bestLines([
        cell("1k1k", [arm("s256t4k", "best"), arm("s128t4k", "not told apart"), arm("s64", "worse", 0.9)]),
        cell("", [
          arm("a", "best"),
          arm("b", "not told apart"),
          arm("c", "not told apart"),
          arm("d", "not compared", null),
        ]),
        cell("8k1k", [arm("a", "best"), arm("b", "worse"), arm("c", "worse")]),
      ]),
    ).toEqual([
      "Best for 1k1k: s256t4k; s128t4k cannot be told from it",
      "Best: a; b and c cannot be told from it; not compared: d",
      "Best for 8k1k: a, better than the 2 others",
    ]);
  });

  it("says why the best is not known, and names the highest figure", () => {
    const once = [arm("a", "not compared", null), arm("b", "not compared", null)];
    expect(bestLines([cell("1k1k", once, "fewer than two configurations were repeated")])).toEqual([
      "Best for 1k1k: not known: fewer than two configurations were repeated; the highest figure is that of a",
    ]);
  });

  it("counts what it does not name", () => {
    const alike = Array.from({ length: 11 }, (_, index) => arm(`r${index}`, "not told apart"));
    expect(bestLines([cell("", [arm("a", "best"), ...alike])])[0]).toContain(
      "r6, r7 and 3 others cannot be told from it",
    );
  });

  it("has a line for each configuration, and the cell only where there are several", () => {
    const one = bestRelation([cell("", [arm("a", "best"), arm("b", "not compared", null)])]);
    expect(one.columns.map(({ key }) => key)).toEqual([
      "configuration",
      "metric",
      "value",
      "unit",
      "change",
      "change_interval",
      "standing",
      "why",
    ]);
    expect(one.rows[1]!.slice(-2)).toEqual([{ value: "not compared" }, { value: "it was not measured" }]);
    expect(bestRelation([cell("", [arm("a", "best")])]).columns.at(-1)!.key).toBe("standing");
    expect(bestRelation([cell("x", []), cell("y", [])]).columns[0]!.key).toBe("for");
  });

  it("explains in the report only an answer that is known", () => {
    const unknown = cell("", [arm("a", "not compared", null)], "0 configurations of 1 measured");
    const report = renderedReport({ ...fakeReportInput(), best: [unknown] });
    expect(report).toContain("- not known: 0 configurations of 1 measured");
    expect(report).not.toContain("truly the best");
  });

  it("stands in the report before what may ship, with every configuration in a table", () => {
    expect(renderedReport(fakeReportInput())).not.toContain("Best of many");
    const best = [cell("1k1k", [arm("s256", "best"), arm("s128", "not told apart"), arm("s16", "worse", 0.8)])];
    const report = renderedReport({ ...fakeReportInput(), best });
    expect(report).toContain("- for 1k1k: **s256**; s128 cannot be told from it.");
    expect(report.indexOf("### Best of many")).toBeLessThan(report.indexOf("### Safe to ship"));
    expect(report).toMatch(/\| s16 +\| output throughput +\| +100 +\| tok\/s +\| +-20.00 % +\| +\[-21.00, 0.00\]/);
  });
});
