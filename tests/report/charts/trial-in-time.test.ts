import { describe, expect, it } from "vitest";
import { trialInTime } from "../../../src/report/charts/trial-in-time.ts";
import type { Json } from "../../../src/schema/json.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { relationValues } from "../../support/relation-values.ts";

const columns = ["seconds", "phase", "output_throughput", "running", "waiting", "kv_usage", "preemptions", "power"];
const course = Array.from({ length: 9 }, (_, at): Json[] => [
  at - 2,
  at < 2 ? "warm-up" : "measured",
  at === 0 ? 9000 : 1460,
  at % 2 === 0 ? 16 : null,
  at === 0 ? 99 : 3.4,
  57.2,
  at,
  null,
]);
const chartOf = (rows: Json[][], more = columns) =>
  trialInTime({ ...fakeReportInput(), queries: { trial_in_time: { columns: more, rows } } });

describe("the chart of one trial in time", () => {
  it("has a step a row, and columns of what was recorded alone", () => {
    const rows = relationValues(chartOf(course).relation);
    expect(rows).toHaveLength(9);
    expect(rows[0]).toEqual({
      seconds: -2,
      phase: "warm-up",
      output_throughput: 9000,
      running: 16,
      waiting: 99,
      kv_usage: 57.2,
      preemptions: 0,
    });
    expect(rows[1]).toMatchObject({ running: null });
  });

  it("says which trial it is, and what was seen while it was measured", () => {
    expect(chartOf(course).finding).toBe(
      "fp8, block 1, the trial closest to the median: 1462 output tok/s, at most 16 requests running, at most 3 waiting, KV cache at most 57 % full, 8 preemptions.",
    );
    const calm = course.map((row) => row.map((value, at) => (at === 4 || at === 6 ? 0 : at === 7 ? 334.4 : value)));
    expect(chartOf(calm).finding).toMatch(/none waiting, .*, no preemption, at most 334 W\.$/);
  });

  it("is empty where nothing was recorded, of a trial that is over at once, and without the query", () => {
    const nothing = course.map(([seconds = null, phase = null]) => [
      seconds,
      phase,
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    for (const empty of [
      chartOf(nothing),
      chartOf(course.slice(0, 7)),
      chartOf([], []),
      trialInTime(fakeReportInput()),
    ]) {
      expect(empty).toMatchObject({ relation: { rows: [] }, finding: "" });
    }
  });
});
