import { expect, it } from "vitest";
import type { ReportInput } from "../../../src/report/index.ts";
import type { MeasurementInterval } from "../../../src/schema/measurement.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";

/** The section's text, without the padding of its table; empty where there is none. */
function sectionOf(input: ReportInput): string {
  const [, after = ""] = renderedReport(input).split("## Latencies within trials");
  return after.split("\n## ")[0]!.replaceAll(/ +/g, " ");
}

/** The study with the intervals of the first trial's latencies as the test says, and those of the others not worked out. */
function withIntervals(intervals: Record<string, MeasurementInterval | null>): ReportInput {
  const input = fakeReportInput("simulated");
  const [first, ...others] = input.trials;
  const measurements = first!.measurements.map((row) => {
    const interval = intervals[`${row.metric} ${row.stat}`];
    return interval === undefined ? row : { ...row, value: 100, interval };
  });
  return { ...input, trials: [{ ...first!, measurements }, ...others] };
}

const plain = { lower: 98.123, upper: 103, method: "order statistics, binomial" };
const method = "bootstrap of 1000 resamples, neighbours in blocks of 14, read at 96.0 %";
const inBlocks = { lower: 97, upper: 105, method, worth: 210, blockLength: 14 };

it("shows each trial's percentiles with their intervals, and what dependent requests are worth", () => {
  const told = { "ttft p50": inBlocks, "ttft p99": null, "tpot p50": plain, "e2e p50": null };
  const section = sectionOf(withIntervals(told));
  expect(section).toContain("Of 5 percentiles below, 2 have a 95 % interval, 1 of them from dependent requests");
  expect(section).toContain("3 have a value and none: too few independent samples.");
  expect(section).toMatch(/\| baseline \| 1 \| E2E \| 100\.0 \(too few independent\) \|.*\| 400 \| – \|/);
  expect(section).toContain(
    "| baseline | 1 | TTFT | 100.0 [97.0, 105.0] | – | 100.00 (too few independent) | 400 | dependent: blocks of 14, worth 210, –, – |",
  );
  expect(section).toContain("| baseline | 1 | TPOT | 100.0 [98.1, 103.0] | – | – | 400 | independent |");
  expect(section).toContain("with their 95 % intervals (SIMULATED, STAND-IN)");
});

it("speaks of no dependence where there is none, and is left out where no trial has an interval", () => {
  const section = sectionOf(withIntervals({ "tpot p50": plain }));
  expect(section).toContain("Of 1 percentile below, 1 has a 95 % interval. None tells");
  expect(sectionOf(fakeReportInput())).toBe("");
});

it("shows no trial that nothing is concluded from", () => {
  const input = withIntervals({ "tpot p50": plain });
  const [first] = input.trials;
  const excluded = [{ trialId: first!.spec.trialId, why: "INVALID" }];
  const summaries = input.summaries.map((row) => ({ ...row, excluded }));
  expect(sectionOf({ ...input, summaries })).toBe("");
});
