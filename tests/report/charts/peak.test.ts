import { describe, expect, it } from "vitest";
import { peak } from "../../../src/report/charts/peak.ts";
import type { PeakFound, PeakTry } from "../../../src/schema/peak-found.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { rowsOf } from "../../support/relation-rows.ts";

const tried = (
  rate: number,
  outcome: PeakTry["outcome"],
  withinSlo: number | null,
  why = "4 checks passed",
): PeakTry => ({
  rate,
  outcome,
  withinSlo,
  why,
  tookS: 8,
  savedS: null,
});
const search = (tries: PeakTry[], more: Partial<PeakFound> = {}): PeakFound => ({
  row: "fp8",
  workload: "chat",
  share: 0.99,
  tries,
  peak: 16,
  undecided: null,
  ...more,
});
const chartOf = (...peaks: PeakFound[]) => peak({ ...fakeReportInput(), peaks });
const plain = search([tried(16, "held", 99.8), tried(64, "broke", 40), tried(32, "broke", 96.6)]);

describe("the chart of a peak search", () => {
  it("has every rate in the order of trying, with its outcome, and marks the peak", () => {
    expect(rowsOf(chartOf(plain).relation)).toEqual([
      { row: "fp8", try: 1, rate: 16, within_slo: 99.8, asked: 99, outcome: "held, peak" },
      { row: "fp8", try: 2, rate: 64, within_slo: 40, asked: 99, outcome: "broke" },
      { row: "fp8", try: 3, rate: 32, within_slo: 96.6, asked: 99, outcome: "broke" },
    ]);
    const [marks] = chartOf(plain).beside!;
    expect(rowsOf(marks!)).toMatchObject([
      { place: "1. 16/s", is_peak: true },
      { place: "2. 64/s", is_peak: false },
      { place: "3. 32/s" },
      { kind: "limit", share: 99 },
      { kind: "title", said: "fp8" },
    ]);
  });

  it("says what holds and what breaks, with the share and what was asked", () => {
    expect(chartOf(plain).finding).toBe("fp8 holds 16 req/s, breaks at 32 (96.6 % within the SLO, 99 asked).");
    const near = chartOf(search([tried(16, "held", 99.8), tried(32, "broke", 98.96)]));
    expect(near.finding).toBe("fp8 holds 16 req/s, breaks at 32 (98.96 % within the SLO, 99 asked).");
    expect(near.relation.columns.find(({ key }) => key === "within_slo")).toMatchObject({ decimals: 2 });
    const byCheck = search([tried(16, "held", 99.8), tried(32, "broke", 99.5, "queue: it grew")]);
    expect(chartOf(byCheck).finding).toBe("fp8 holds 16 req/s, breaks at 32 (queue).");
    expect(chartOf(search([tried(16, "broke", 80)], { peak: null })).finding).toBe(
      "fp8 holds no rate that was tried: it breaks at 16 req/s (80.0 % within the SLO, 99 asked).",
    );
    expect(chartOf(search([tried(16, "held", 100)])).finding).toBe(
      "fp8 holds 16 req/s, the highest rate that was tried.",
    );
    expect(chartOf(search([tried(16, "held", 100), tried(32, "FAILED", null)])).finding).toBe(
      "fp8 holds 16 req/s, the engine FAILED at 32.",
    );
  });

  it("says why a search is undecided, and the highest peak first", () => {
    const undecided = { rate: 32, atLeast: 16, why: "client-bound: 31 ms late. Give it a core." };
    const open = search([tried(16, "held", 100), tried(32, "spoiled", 99.9)], { row: "seqs", peak: null, undecided });
    expect(chartOf(open, plain).finding).toBe(
      "fp8 holds 16 req/s, breaks at 32 (96.6 % within the SLO, 99 asked); " +
        "seqs is undecided, at least 16 req/s: 32 req/s could not be judged (client-bound: 31 ms late. Give it a core).",
    );
    expect(rowsOf(chartOf(open).relation)[1]).toMatchObject({ outcome: "not judged" });
  });

  it("has nothing to show of a study that searched none", () => {
    expect(chartOf()).toMatchObject({ relation: { rows: [] }, finding: "" });
  });
});
