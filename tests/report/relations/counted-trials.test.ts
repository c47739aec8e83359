import { expect, it } from "vitest";
import { countedTrials, launchLevel, trialFigure } from "../../../src/report/relations/counted-trials.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../../support/fake-trials.ts";

const { trials, summaries, study } = fakeReportInput();

it("takes the trials that a summary's figures come from", () => {
  for (const { id, labels } of study.experiments) {
    const summary = summaries.find(({ experiment }) => experiment === labels.name)!;
    const counted = countedTrials(trials, id, summary);
    expect(counted).toHaveLength(summary.usable);
    const throughput = summary.figures.find(({ metric }) => metric === "output_throughput")!;
    expect(launchLevel(counted, "output_throughput", "value")).toBe(throughput.value);
  }
});

it("makes one value of the trials of a launch", () => {
  const experiment = fakeExperiment("a", 0, {});
  const trial = (replicate: number, launchId: string, ttft: number | null) =>
    withFigures(fakeTrial(experiment, { replicate, launchId }), [["ttft", "p99", ttft]]);
  const some = [trial(1, "one", 1), trial(2, "one", 4), trial(3, "two", 8), trial(4, "three", null)];
  expect(launchLevel(some, "ttft", "p99")).toBeCloseTo(4, 12);
  expect(launchLevel([], "ttft", "p99")).toBeNull();
});

it("works out a figure per GPU that a trial of an earlier version lacks", () => {
  const trial = fakeTrial(fakeExperiment("a", 0, {}), { throughput: 1000 });
  expect(trialFigure(trial, "output_throughput_per_gpu", "value", 8)).toBe(125);
  expect(trialFigure(trial, "output_throughput_per_gpu", "value", null)).toBeNull();
  expect(trialFigure(trial, "nothing", "value", 1)).toBeNull();
});
