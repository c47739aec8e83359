import { describe, expect, it } from "vitest";
import { best } from "../../../src/report/charts/best.ts";
import { drawCharts } from "../../../src/report/index.ts";
import { renderDocument, reportData } from "../../../src/report/pages.ts";
import type { BestArm, BestOfCell } from "../../../src/schema/best.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { reportKind } from "../../support/report-kind.ts";

const arm = (row: string, standing: BestArm["standing"], ratio: number | null): BestArm => ({
  experiment: row,
  row,
  value: 100,
  unit: "tok/s",
  ratio,
  interval: ratio === null ? null : { lower: ratio * 0.98, upper: ratio * 1.02 },
  standing,
  why: standing === "not compared" ? "every trial FAILED" : null,
});
const cell = (name: string, arms: BestArm[]): BestOfCell => ({
  cell: name,
  baseline: "bf16",
  metric: "output_throughput",
  stat: "value",
  title: "throughput",
  better: "higher",
  arms,
  why: null,
});
const three = [arm("fp8", "best", 1.1), arm("sort", "not told apart", 0.99), arm("bf16", "worse", 0.8)];
const input = fakeReportInput();

/** The texts of the drawing, in its order. */
async function textsOf(cells: BestOfCell[]): Promise<string[]> {
  const kind = await reportKind();
  const document = renderDocument(reportData({ ...input, best: cells }), kind);
  const drawn = document.ok ? await drawCharts(document.value, kind.theme) : document;
  if (!drawn.ok) throw new Error(drawn.problem.message);
  const charts = drawn.value.blocks.flatMap((block) => (block.type === "chart" ? block.chart : []));
  const svg = charts.find(({ name }) => name === "best")?.svg.join("") ?? "";
  return [...svg.matchAll(/<text[^>]*[^/]>([^<]*)</g)].map(([, text = ""]) => text);
}

describe("the chart of the best of many", () => {
  it("says which is the best, and what of all is drawn where on which axis", () => {
    const { relation, finding, params } = best({ ...input, best: [cell("", three)] });
    expect(relation.rows).toHaveLength(3);
    expect(finding).toBe("Best: fp8; sort cannot be told from it.");
    expect(params).toMatchObject({ cells: [""], baselines: ["bf16"], margin: 0.02, better: "better →" });
    expect(params!["lower"]).toBeLessThan(0.8 * 0.98);
    expect(params!["upper"]).toBeGreaterThan(1.1 * 1.02);
  });

  it("draws the 12 best of each of four cells, and counts the others", async () => {
    const many = Array.from({ length: 20 }, (_, index) =>
      arm(`s${index + 1}`, index === 0 ? "best" : "worse", 1 - index / 50),
    );
    const cells = ["c1", "c2", "c4", "c8", "c16"].map((name) => cell(name, many));
    expect(best({ ...input, best: cells })).toMatchObject({
      relation: { rows: { length: 100 } },
      finding: expect.stringMatching(
        /Best for c8: s1, better than the 19 others\. The table has one more workload or point\.$/,
      ),
    });
    const texts = await textsOf(cells);
    expect(texts.filter((text) => text === "s12")).toHaveLength(4);
    expect(texts).not.toContain("s13");
    expect(texts.filter((text) => text === "and 8 more")).toHaveLength(4);
    const order = ["c1", "c2", "c4", "c8"].map((name) => texts.indexOf(`${name}, by output throughput, better →`));
    expect(order).toEqual(order.toSorted((left, right) => left - right));
    expect(order[0]).toBeGreaterThanOrEqual(0);
  });

  it("draws a single workload that has a name", async () => {
    expect(await textsOf([cell("1k1k", three)])).toEqual(expect.arrayContaining(["fp8", "+10.0\u202f%"]));
  });

  it("names what is not compared, with the reason", async () => {
    const texts = await textsOf([cell("", [...three, arm("spec", "not compared", null)])]);
    expect(texts).toEqual(expect.arrayContaining(["spec", "not compared: every trial FAILED", "−20.0\u202f%"]));
  });

  it("shows nothing where nothing can be told, and no direction where cells have two", () => {
    expect(best({ ...input, best: [cell("", [arm("a", "not compared", null)])] }).relation.rows).toEqual([]);
    expect(best(input).relation.rows).toEqual([]);
    const lower = { ...cell("open", three), better: "lower" as const };
    expect(best({ ...input, best: [lower] }).params!["better"]).toBe("← better");
    expect(best({ ...input, best: [lower, cell("offline", three)] }).params!["better"]).toBe("");
  });
});
