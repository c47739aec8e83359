import { describe, expect, it } from "vitest";
import { findingsRelation } from "../../../src/report/relations/findings.ts";
import type { StudyFinding } from "../../../src/schema/analysis.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";

const finding = (place: number): StudyFinding => ({
  rule: "drift",
  says: `Finding ${place}: -4.1 % (-5.0 to -3.2).`,
  trials: Array.from({ length: 8 }, (_, at) => `t${at}`),
  query: `SELECT ${place}`,
});
const nine = Array.from({ length: 9 }, (_, at) => finding(at + 1));

describe("findingsRelation", () => {
  it("has seven for the page, and all with trials and query for its fold", () => {
    const { relation, facts } = findingsRelation(nine);
    expect(facts.key).toHaveLength(7);
    expect(facts.more).toBe(2);
    expect(facts.all[8]).toEqual({
      place: 9,
      says: "Finding 9: -4.1 % (-5.0 to -3.2).",
      trials: "8 trials: t0, t1, t2 and 5 more",
      query: "SELECT 9",
    });
    expect(relation.rows[8]!.map(({ value }) => value)).toEqual([
      9,
      "drift",
      "Finding 9: -4.1 % (-5.0 to -3.2).",
      "t0, t1, t2, t3, t4, t5, t6, t7",
      "SELECT 9",
    ]);
  });
});

describe("the report", () => {
  it("has the findings right after the answer, the others and every query in a fold", () => {
    const report = renderedReport({ ...fakeReportInput(), findings: nine });
    const [answer, key, results] = ["**", "## Key findings", "## Results"].map((part) => report.indexOf(part));
    expect(answer).toBeLessThan(key!);
    expect(key).toBeLessThan(results!);
    const list = report.slice(key, report.indexOf("<details>", key));
    expect(list.match(/^- Finding \d/gm)).toHaveLength(7);
    expect(report).toContain("<summary>2 more findings, and what shows each</summary>");
    expect(report).toContain("```sql\nSELECT 9\n```");
  });

  it("has no such section where nothing was found", () => {
    expect(renderedReport(fakeReportInput())).not.toContain("Key findings");
  });
});
