import { describe, expect, it } from "vitest";
import { loadLatency } from "../../../src/report/charts/load-latency.ts";
import type { Curve } from "../../../src/schema/curve.ts";
import { rowsOf } from "../../support/relation-rows.ts";
import { sweptReport } from "../../support/swept-report.ts";

const input = sweptReport();
const marksOf = ({ beside = [] }: ReturnType<typeof loadLatency>, kind: string, figure = "ttft") =>
  rowsOf(beside[0]!).filter((mark) => mark["kind"] === kind && mark["figure"] === figure);

describe("throughput and latency as the load grows", () => {
  it("has each point of each curve, with its knee and whether the load keeps the SLO", () => {
    const rows = rowsOf(loadLatency(input).relation);
    expect(rows).toHaveLength(12);
    const ofFp8 = rows.filter(({ curve }) => curve === "fp8");
    expect(ofFp8.map(({ load, slo, mark }) => [load, slo, mark])).toEqual([
      ["8 in flight", "kept", ""],
      ["16 in flight", "kept", ""],
      ["32 in flight", "kept", "knee"],
      ["64 in flight", "broken", ""],
    ]);
    // 20 ms and 60 ms for each of the 32 requests beyond the batch, at p99 three times as much.
    expect(ofFp8[3]).toMatchObject({ decision: expect.stringMatching(/SHIP|by point/), launches: 3 });
    expect(ofFp8[3]!["ttft"]).toBeCloseTo(3 * 1940, -2);
  });

  it("says which load keeps the SLO, with figures, and where the knee lies", () => {
    expect(loadLatency(input).finding).toMatch(
      /^The SLO holds up to 32 in flight for baseline, fp8 and seqs64 \(most with fp8: 2,34\d tok\/s, TTFT p99 60 ms\); knee at 32 in flight for baseline and fp8\.$/,
    );
    const one = sweptReport({ design: "curve", configurations: [], loads: [8, 16, 32, 64] });
    expect(loadLatency(one).finding).toMatch(
      /^Knee at 32 in flight with 1,95\d tok\/s, TTFT p99 60 ms; the SLO holds up to 32, breaks at 64\.$/,
    );
  });

  it("says a drift that is as large as the smallest effect of interest, and no smaller one", () => {
    const drifted = (ratio: number) => {
      const drift = { metric: "output_throughput", stat: "value", ratio, bounds: null, launches: 3 } as const;
      return loadLatency({ ...input, curves: input.curves!.map((curve): Curve => ({ ...curve, drift })) }).finding;
    };
    expect(drifted(0.97)).toMatch(/; output throughput drifted by -3\.0 % within a launch \(3 launches\)\.$/);
    expect(drifted(0.99)).not.toContain("drifted");
  });

  it("draws limits near the latencies, hollow points that break the SLO, and the highest percentile that a point has", () => {
    const chart = loadLatency(input);
    expect(marksOf(chart, "limit")).toMatchObject([{ value: 200, said: "SLO: ≤ 200 ms" }]);
    expect(marksOf(chart, "limit", "e2e")).toEqual([]);
    expect(marksOf(chart, "point").filter((point) => point["is_broken"] === true)).toHaveLength(3);
    expect(marksOf(chart, "title")).toMatchObject([{ said: "TTFT p99 from the actual send, ms (log), better ↓" }]);
    const curves = input.curves!.map((curve) => ({
      ...curve,
      points: curve.points.map((point) => ({
        ...point,
        figures: point.figures.map((one) => (one.stat === "p99" ? { ...one, stat: "p95" as const } : one)),
      })),
    }));
    expect(marksOf(loadLatency({ ...input, curves }), "title")).toMatchObject([
      { said: "TTFT p95 from the actual send, ms (log), better ↓" },
    ]);
  });

  it("has no panel of a latency that was not measured, and says which", () => {
    const curves = input.curves!.map((curve) => ({
      ...curve,
      points: curve.points.map((point) => ({
        ...point,
        figures: point.figures.filter(({ metric }) => metric !== "e2e"),
      })),
    }));
    const chart = loadLatency({ ...input, curves });
    expect(marksOf(chart, "title", "e2e")).toEqual([]);
    expect(marksOf(chart, "title")).toHaveLength(1);
    expect(chart.finding).toMatch(/ E2E was not measured\.$/);
    expect(loadLatency(input).finding).not.toContain("not measured");
  });

  it("draws latencies from the intended send where the SLO counts from there, and says so", () => {
    const curves = input.curves!.map((curve) => ({
      ...curve,
      points: curve.points.map((point) => ({
        ...point,
        figures: point.figures.map((one) =>
          /^(ttft|e2e)$/.test(one.metric) ? { ...one, metric: `${one.metric}_sched`, value: one.value! + 1000 } : one,
        ),
      })),
    }));
    const chart = loadLatency({ ...input, curves });
    expect(marksOf(chart, "title")).toMatchObject([{ said: "TTFT p99 from the intended send, ms (log), better ↓" }]);
    expect(marksOf(chart, "title", "e2e")).toMatchObject([{ said: expect.stringContaining("from the intended send") }]);
    expect(rowsOf(chart.relation)[0]!["ttft"]).toBeCloseTo(1060, 0);
  });

  it("draws a wide interval no further than the values of its panel let it", () => {
    const wide = input.curves!.map((curve) => ({
      ...curve,
      points: curve.points.map((point) => ({
        ...point,
        figures: point.figures.map((one) => ({ ...one, bounds: { lower: 1e-6, upper: 1e9 } })),
      })),
    }));
    const chart = loadLatency({ ...input, curves: wide });
    const points = marksOf(chart, "point");
    const values = points.map(({ value }) => value as number);
    for (const { lower, upper } of points)
      expect([lower, upper]).toEqual([Math.min(...values) / 1.5, Math.max(...values) * 1.5]);
    expect(chart.relation.rows[0]!.find(({ bounds }) => bounds !== undefined)?.bounds?.upper).toBe(1e9);
  });

  it("has nothing to show where no load is swept", () => {
    expect(loadLatency(sweptReport({ loads: [] }))).toMatchObject({ relation: { rows: [] }, finding: "" });
  });
});
