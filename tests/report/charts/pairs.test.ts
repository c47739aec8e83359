import { describe, expect, it } from "vitest";
import { pairs } from "../../../src/report/charts/pairs.ts";
import type { Design } from "../../../src/schema/design.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { laboratoryReport } from "../../support/laboratory-report.ts";
import { makeWorkload } from "../../support/make-study.ts";
import { relationValues } from "../../support/relation-values.ts";

const duel: Design = {
  kind: "duel",
  changes: [{ id: "b", label: "b", set: { quantization: "fp8" }, pointer: "/design/b" }],
};
const gains = [0.03, 0.05, -0.01, 0.04];

/** Trials whose throughput is the baseline's 1000, in side b times the gain of the round. */
function withGains(trial: Trial): Trial {
  const value =
    1000 *
    (trial.spec.experiment.startsWith("b@") || trial.spec.experiment === "b" ? 1 + gains[trial.spec.block - 1]! : 1);
  const measurements = trial.measurements.map((row) =>
    row.metric.startsWith("output_throughput") ? { ...row, value } : row,
  );
  return { ...trial, measurements };
}

const input = laboratoryReport({ design: duel, study: { order: "alternating" }, change: withGains });

describe("the chart of a duel", () => {
  it("has all rounds together, then each of them in order, won or lost", () => {
    const rows = relationValues(pairs(input).relation);
    expect(rows.map(({ round, result }) => [round, result])).toEqual([
      ["all rounds", "HOLD"],
      ["round 1", "won"],
      ["round 2", "won"],
      ["round 3", "lost"],
      ["round 4", "won"],
    ]);
    for (const [index, gain] of gains.entries()) expect(rows[index + 1]!["change"]).toBeCloseTo(1 + gain, 10);
    const [own] = input.effects;
    expect(rows[0]).toMatchObject({ change: own!.paired!.ratio, change_interval: own!.paired!.interval, margin: 2 });
  });

  it("says who won how many rounds, and by how much", () => {
    // Mean of the logarithms 0.0296, 0.0488, -0.0101, 0.0392: 0.0269; ± t(3) × 0.0257 / 2 = 0.0409.
    expect(pairs(input).finding).toBe("b won 3 of 4 rounds: +2.7 % output tok/s [-1.4, +7.0].");
  });

  it("counts a lower latency as won", () => {
    const decisions = input.decisions.map((one) => ({ ...one, metric: one.metric && "e2e p50" }));
    const effects = input.effects.map((one) => ({ ...one, metric: "e2e", stat: "p50", better: "lower" as const }));
    const { relation, finding } = pairs({ ...input, decisions, effects: effects.slice(0, 1) });
    expect(relationValues(relation).map(({ result }) => result)).toEqual(["HOLD", "lost", "lost", "won", "lost"]);
    expect(finding).toContain("b won 1 of 4 rounds");
  });

  it("has a part for each workload, and is empty of what is no duel", () => {
    const workloads = ["chat", "code"].map((name) => makeWorkload({ name }));
    const two = pairs(laboratoryReport({ design: duel, study: { order: "alternating", repeats: 3, workloads } }));
    expect(new Set(relationValues(two.relation).map(({ cell }) => cell))).toEqual(new Set(["chat", "code"]));
    expect(two.finding).toMatch(/^b@chat won \d of 3 rounds: .*; b@code won \d of 3 rounds: /);
    expect(pairs(fakeReportInput())).toMatchObject({ relation: { rows: [] }, finding: "" });
  });
});
