import { describe, expect, it } from "vitest";
import { shownTrial } from "../../src/report/shown-trial.ts";
import type { ReportInput } from "../../src/report/report-input.ts";
import { fakeReportInput } from "../support/fake-report.ts";

const input = fakeReportInput();
const nameOf = (given: ReportInput) => {
  const spec = shownTrial(given)?.spec;
  return spec === undefined ? null : `${spec.experiment} ${spec.replicate}`;
};
const ended = (status: "INVALID" | "FAILED", trials = input.trials) =>
  trials.map((trial) => ({ ...trial, verdict: { ...trial.verdict, status } }));

describe("the trial that a report shows in time", () => {
  it("is that of the change that the answer names first whose figure is the median", () => {
    expect(nameOf(input)).toBe("fp8 1"); // of 1462, 1450 and 1471
    const others = input.trials.filter(({ spec }) => spec.experiment !== "fp8" || spec.replicate !== 1);
    expect(nameOf({ ...input, trials: others })).toBe("fp8 2"); // of two that are equally close the first
  });

  it("is the baseline's where the answer names no change, or that has no usable trial", () => {
    expect(nameOf({ ...input, decisions: [] })).toBe("baseline 1"); // of 1089, 1082 and 1094
    expect(nameOf({ ...input, trials: input.trials.filter(({ spec }) => spec.experiment !== "fp8") })).toBe(
      "baseline 1",
    );
  });

  it("is INVALID only where no trial is usable, and of another fidelity never", () => {
    expect(nameOf({ ...input, trials: ended("INVALID") })).toBe("fp8 1");
    expect(nameOf({ ...input, trials: ended("FAILED") })).toBe(null);
    expect(nameOf({ ...input, study: { ...input.study, fidelity: "submission" } })).toBe(null);
  });
});
