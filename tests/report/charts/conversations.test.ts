import { describe, expect, it } from "vitest";
import { conversations } from "../../../src/report/charts/conversations.ts";
import type { ReportInput } from "../../../src/report/index.ts";
import type { Measurement } from "../../../src/schema/measurement.ts";
import { rowsOf } from "../../support/relation-rows.ts";
import { sweptReport } from "../../support/swept-report.ts";

/** TTFT in ms of each turn, at p50 and p99; of `fp8` it does not grow. */
const ttft = (row: string, stat: string, turn: number): number =>
  (stat === "p99" ? 3 : 1) * (row === "fp8" ? 20 : 12 * turn);

function chatOf(stats: readonly ("p50" | "p99")[], turns = 5): ReportInput {
  const input = sweptReport({ loads: [] });
  return {
    ...input,
    trials: input.trials.map((trial) => ({
      ...trial,
      measurements: [
        ...trial.measurements,
        ...stats.flatMap((stat) =>
          Array.from({ length: turns }, (_, at): Measurement => ({
            ...trial.measurements[0]!,
            metric: "ttft",
            stat: `${stat}/turn ${at + 1}`,
            unit: "ms",
            value: ttft(trial.labels.row, stat, at + 1),
          })),
        ),
      ],
    })),
  };
}

describe("TTFT by turn", () => {
  it("has each turn of each experiment at both percentiles", () => {
    const rows = rowsOf(conversations(chatOf(["p50", "p99"])).relation);
    expect(rows).toHaveLength(15);
    expect(rows[4]).toEqual({ experiment: "baseline", decision: "BASELINE", turn: 5, ttft_p50: 60, ttft_p99: 180 });
    expect(rows[9]).toMatchObject({ experiment: "fp8", turn: 5, ttft_p50: 20 });
  });

  it("says how it grows from the first turn to the last", () => {
    expect(conversations(chatOf(["p50"])).finding).toBe(
      "From turn 1 to 5, TTFT p50 goes from 12 to 60 ms (×5.0) for baseline, from 20 to 20 ms (×1.0) for fp8 and from 12 to 60 ms (×5.0) for seqs64.",
    );
  });

  it("draws a panel for each percentile that was measured", () => {
    const panels = (input: ReportInput) =>
      new Set(rowsOf(conversations(input).beside![0]!).map(({ said, kind }) => (kind === "title" ? said : null)));
    expect(panels(chatOf(["p50", "p99"]))).toEqual(
      new Set([null, "TTFT p50, ms (log), better ↓", "TTFT p99, ms (log), better ↓"]),
    );
    expect(panels(chatOf(["p50"]))).toEqual(new Set([null, "TTFT p50, ms (log), better ↓"]));
  });

  it("has nothing to show without turns, or of a single one", () => {
    for (const input of [sweptReport({ loads: [] }), chatOf(["p50"], 1)])
      expect(conversations(input)).toMatchObject({ relation: { rows: [] }, finding: "" });
  });
});
