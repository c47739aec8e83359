import { describe, expect, it } from "vitest";
import { everyLaunch } from "../../../src/report/charts/every-launch.ts";
import { drawCharts, type ReportInput } from "../../../src/report/index.ts";
import { renderDocument, reportData } from "../../../src/report/pages.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { reportKind } from "../../support/report-kind.ts";

const input = fakeReportInput();

/** The panels of the chart. */
async function panelsOf(study: ReportInput): Promise<string[]> {
  const kind = await reportKind();
  const document = renderDocument(reportData(study), kind);
  const drawn = document.ok ? await drawCharts(document.value, kind.theme) : document;
  if (!drawn.ok) throw new Error(drawn.problem.message);
  const charts = drawn.value.blocks.flatMap((block) => (block.type === "chart" ? block.chart : []));
  return charts.find(({ name }) => name === "every_launch")?.svg ?? [];
}

describe("the chart of every launch", () => {
  it("has a row for each, what counts and what does not", () => {
    const { relation, finding, params } = everyLaunch(input);
    expect(relation.columns.map(({ key }) => key)).toEqual([
      "experiment",
      "decision",
      "block",
      "value",
      "from_mean",
      "verdict",
      "figure",
    ]);
    expect(relation.rows).toHaveLength(10);
    expect(relation.rows[8]![3]).toEqual({ value: 2300, bracketed: true });
    expect(finding).toMatch(
      /^The 3 blocks agree: every launch that counts is within 0\.8 % .* 2 launches do not count: 1 INVALID and 1 FAILED\.$/,
    );
    expect(params).toEqual({ cells: [""], margin: 0.02, lowerIsBetter: [] });
  });

  it("joins the launches of a block, and crosses out those that do not count", async () => {
    const [levels = "", deviations = "", ...others] = await panelsOf(input);
    expect(others).toEqual([]);
    expect(levels).toContain(">output tok/s, log, better →<");
    for (const name of ["baseline", "fp8", "len2668", "int8", "1 INVALID", "1 FAILED"])
      expect(levels).toContain(`>${name}<`);
    const lines = [...levels.matchAll(/ d="(M[\d.,-]+(?:L[\d.,-]+)+)"/g)].map(
      ([, path = ""]) => path.match(/[ML]/g)?.length,
    );
    expect(lines).toEqual([3, 3, 2]);
    expect(deviations).toContain("shaded: ±2\u202f%");
  });

  it("draws a single workload that has a name", async () => {
    const [experiment] = input.study.experiments;
    const labels = { ...experiment!.labels, name: "baseline@1k1k" };
    const study = { ...input.study, experiments: [{ ...experiment!, labels }], contrasts: [] };
    const summaries = [{ ...input.summaries[0]!, experiment: labels.name }];
    expect((await panelsOf({ ...input, study, summaries }))[0]).toContain(">baseline@1k1k<");
  });

  it("shows nothing of single launches, nor of many arms", () => {
    expect(everyLaunch({ ...input, trials: input.trials.slice(0, 1) }).relation.rows).toEqual([]);
    const experiments = Array.from({ length: 15 }, (_, at) => ({
      ...input.study.experiments[0]!,
      id: `e${at}`,
      labels: { ...input.study.experiments[0]!.labels, name: `x${at}`, row: `x${at}` },
    }));
    const summaries = experiments.map(({ labels }) => ({ ...input.summaries[0]!, experiment: labels.name }));
    const trials = experiments.flatMap(({ id }) =>
      [1, 2].map((block) => ({
        ...input.trials[0]!,
        spec: { ...input.trials[0]!.spec, experimentId: id, block, replicate: 1 },
      })),
    );
    const study = { ...input.study, experiments, contrasts: [] };
    expect(everyLaunch({ ...input, study, summaries, trials }).relation.rows).toEqual([]);
    const few = { ...input, study: { ...study, experiments: experiments.slice(0, 14) }, summaries, trials };
    expect(everyLaunch(few).relation.rows).toHaveLength(28);
  });
});
