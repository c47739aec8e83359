import { describe, expect, it } from "vitest";
import { accuracy } from "../../../src/report/charts/accuracy.ts";
import type { AccuracyJudgement, PairedFigure } from "../../../src/schema/finding.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { relationValues } from "../../support/relation-values.ts";

function judgement(treatment: string, ...figures: Partial<PairedFigure>[]): AccuracyJudgement {
  const usual = { metric: "rouge1", n: 1000, gate: 0.99, wins: 318, ties: 352, losses: 330 };
  const all = figures.map((own): PairedFigure => ({ ratio: 1, interval: null, status: "pass", ...usual, ...own }));
  return { treatment, control: "baseline", figures: all, findings: [], worst: [] };
}

const kept = judgement("fp8", { ratio: 0.998, interval: { lower: 0.995, upper: 1.001 } });
const open = judgement("kvfp8", { ratio: 0.993, interval: { lower: 0.988, upper: 0.998 }, status: "unknown" });
const broken = judgement(
  "awq",
  { ratio: 0.93, interval: { lower: 0.92, upper: 0.94 }, status: "unknown" },
  { metric: "rouge2", ratio: 0.95, interval: { lower: 0.94, upper: 0.96 }, status: "fail" },
);
const chartOf = (...judgements: AccuracyJudgement[]) => accuracy({ ...fakeReportInput(), accuracy: judgements });

describe("the chart of accuracy", () => {
  it("shows of each change the figure that stands worst before its gate, with its pairs", () => {
    const { relation } = chartOf(kept, broken);
    expect(relationValues(relation)).toEqual([
      {
        change: "fp8",
        metric: "ROUGE-1",
        kept: 99.8,
        gate: 99,
        status: "pass",
        losses: 330,
        ties: 352,
        wins: 318,
        pairs: 1000,
      },
      expect.objectContaining({ change: "awq", metric: "ROUGE-2", kept: 95, status: "fail" }),
    ]);
    expect(relation.rows[1]?.[2]?.bounds).toEqual({ lower: 94, upper: 96 });
  });

  it("says who breaks the gate and by how much, where it is open, and who keeps it", () => {
    expect(chartOf(kept, open, broken).finding).toBe(
      "awq (95.0 % of the baseline's ROUGE-2 [94.0, 96.0]) breaks the 99 % gate; " +
        "kvfp8 (99.3 % of the baseline's ROUGE-1 [98.8, 99.8]) is not settled: the gate lies within its interval; " +
        "fp8 keeps the 99 % gate.",
    );
    expect(chartOf(kept, { ...kept, treatment: "apc" }).finding).toBe(
      "fp8 and apc keep the 99 % gate; lowest is fp8 (99.8 % of the baseline's ROUGE-1 [99.5, 100.1]).",
    );
    expect(chartOf(kept).finding).toBe("fp8 (99.8 % of the baseline's ROUGE-1 [99.5, 100.1]) keeps the 99 % gate.");
  });

  it("has nothing to show where no answers were paired", () => {
    expect(chartOf()).toMatchObject({ relation: { rows: [] }, finding: "" });
    expect(chartOf(judgement("gone")).relation.rows).toEqual([]);
  });
});
