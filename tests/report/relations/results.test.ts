import { describe, expect, it } from "vitest";
import { resultsRelation } from "../../../src/report/relations/results.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { renderedReport } from "../../support/rendered-report.ts";
import type { ReportInput } from "../../../src/report/index.ts";

/** The fake study, whose rows take so many GPUs, judged by a figure. */
function onGpus(gpus: (number | null)[], metric: string): ReportInput {
  const input = fakeReportInput();
  return {
    ...input,
    summaries: input.summaries.map((row, at) => ({ ...row, gpus: gpus[at] ?? 1 })),
    decisions: input.decisions.map((one) => (one.metric === null ? one : { ...one, metric })),
  };
}

const keysOf = (input: ReportInput) => resultsRelation(input).relation.columns.map(({ key }) => key);

describe("the table of results", () => {
  it("has the number of GPUs, throughput for each and for one user, where a configuration takes several", () => {
    const many = onGpus([1, 8], "output_throughput_per_gpu value");
    expect(keysOf(many)).toEqual(expect.arrayContaining(["gpus", "output_throughput_per_gpu", "interactivity"]));
    expect(keysOf(onGpus([1, 1], "output_throughput value"))).not.toContain("gpus");
    expect(keysOf(onGpus([null, null], "output_throughput value"))).not.toContain("gpus");
  });

  it("says why figures are missing in the words of its heads, and a reason once", () => {
    const input = fakeReportInput();
    const summaries = input.summaries.map((summary, at) => ({
      ...summary,
      figures: summary.figures.map((one) =>
        one.metric === "ttft" && one.stat === "p50"
          ? {
              ...one,
              value: null,
              why: `no ttft p50: ${at + 4} values give p50 no two-sided 95 % interval: it needs 6`,
            }
          : one,
      ),
    }));
    expect(resultsRelation({ ...input, summaries }).facts.missingFigures).toEqual([
      "no TTFT p50: 4 to 8 values give p50 no two-sided 95 % interval: it needs 6",
    ]);
  });

  it("says that throughput is judged per GPU, and is silent where it is not", () => {
    const said =
      "Configurations take 1 and 8 GPUs. Where those that are compared take unlike numbers, throughput and goodput are judged per GPU";
    const report = renderedReport(onGpus([1, 8], "output_throughput_per_gpu value"));
    expect(report).toContain(said);
    expect(report).toContain("Δ baseline, output throughput per GPU");
    expect(report).toContain("tok/s/user (interactivity): 1000 ÷ TPOT p50.");
    expect(renderedReport(onGpus([8, 8, 8, 8, 8, 8], "output_throughput value"))).not.toContain("Configurations take");
  });
});
