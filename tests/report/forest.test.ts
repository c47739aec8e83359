import { describe, expect, it } from "vitest";
import { forestOf } from "../../src/report/forest.ts";
import { fakeReportInput } from "../support/fake-report.ts";

describe("forestOf", () => {
  const forest = forestOf(fakeReportInput());

  it("has a row for each experiment in the study's order, the baseline first", () => {
    expect(forest.rows.map(({ name }) => name)).toEqual(
      fakeReportInput().summaries.map(({ experiment }) => experiment),
    );
    expect(forest.rows[0]).toMatchObject({ outcome: "BASELINE", own: null, why: null });
  });

  it("has the contrast that decided, and beside a later step what the stack has gained so far", () => {
    const judged = forest.rows.filter(({ own, why }) => own !== null && why === null);
    expect(judged.length).toBeGreaterThan(1);
    expect(judged[0]!.soFar).toBeNull();
    expect(judged.slice(1).every(({ soFar }) => soFar !== null)).toBe(true);
    expect(forest.metric).not.toBeNull();
  });

  it("says of a row without a result why", () => {
    const without = forest.rows.filter(({ why }) => why !== null);
    for (const row of without) expect(row.why).not.toBe("");
    expect(without.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(["SKIPPED"]));
  });
});
