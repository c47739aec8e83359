import { describe, expect, it } from "vitest";
import type { AccuracyJudgement, PairedFigure } from "../../../src/schema/finding.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const figure = (changes: Partial<PairedFigure> = {}): PairedFigure => ({
  metric: "rouge1",
  n: 1000,
  ratio: 0.996,
  interval: { lower: 0.992, upper: 1 },
  gate: 0.99,
  status: "pass",
  wins: 200,
  ties: 500,
  losses: 300,
  ...changes,
});
const judgement = (changes: Partial<AccuracyJudgement> = {}): AccuracyJudgement => ({
  treatment: "fp8",
  control: "baseline",
  figures: [figure()],
  findings: [],
  worst: [],
  ...changes,
});
const finding = {
  id: "empty-outputs",
  title: "Empty outputs",
  evidence: "10 of 40 answers are empty.",
  affected: 10,
  of: 40,
  samples: [4, 8],
};

function section(accuracy: AccuracyJudgement[]): string {
  const report = renderedReport({ ...fakeReportInput(), accuracy });
  const from = report.indexOf("## Accuracy, answer by answer");
  return from < 0 ? "" : report.slice(from, report.indexOf("## Baseline"));
}

describe("the report's section on accuracy", () => {
  it("has a line for each change and figure, and the gate", () => {
    const text = section([
      judgement({ figures: [figure(), figure({ metric: "rougeL", status: "unknown", interval: null })] }),
    ]);
    expect(text).toMatch(/\| fp8 +\| baseline +\| ROUGE-1 +\| +-0\.40 % \| +\[-0\.80, \+?0\.00\] \| +1000 \| pass +\|/);
    expect(text).toMatch(/\| ROUGE-L +\| +-0\.40 % \| +\S* ?\| +1000 \| unknown \|/);
    expect(text).toContain("keeps 99 % of the baseline's score");
    expect(text).not.toContain("### What the answers");
  });

  it("shows what the answers of a loss have in common, with evidence and samples", () => {
    const text = section([judgement({ figures: [figure({ status: "fail", ratio: 0.8 })], findings: [finding] })]);
    expect(text).toContain("### What the answers of fp8 show");
    expect(text).toContain("- **Empty outputs**: 10 of 40 answers are empty. Samples 4, 8.");
  });

  it("says so where nothing explains a loss", () => {
    const text = section([judgement({ figures: [figure({ status: "fail", ratio: 0.8 })] })]);
    expect(text).toContain("No suspect was found");
  });

  it("takes the gate from the first figure that is there, and is not there without any", () => {
    expect(section([judgement({ treatment: "gone", figures: [] }), judgement()])).toContain("keeps 99 % of");
    expect(section([judgement({ figures: [] })])).toBe("");
    expect(section([])).toBe("");
  });
});
