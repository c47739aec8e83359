import { expect, it } from "vitest";
import { launchSpans } from "../../../src/report/charts/launch-spans.ts";
import { drawCharts } from "../../../src/report/index.ts";
import { renderDocument, reportData } from "../../../src/report/pages.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { fakeExperiment, fakeTrial } from "../../support/fake-trials.ts";
import { reportKind } from "../../support/report-kind.ts";

const fake = fakeReportInput();
const experiments = Array.from({ length: 15 }, (_, at) => fakeExperiment(`x${at}`, at, { max_num_seqs: at }));
const trials = experiments.flatMap((experiment, at) =>
  [1000, 1030, 1010].map((throughput, block) =>
    fakeTrial(experiment, { replicate: block + 1, throughput, status: at === 2 && block === 0 ? "INVALID" : "VALID" }),
  ),
);
const summaries = experiments.map(({ labels }) => ({
  ...fake.summaries[0]!,
  experiment: labels.name,
  baseline: labels.name === "x0",
  excluded: trials
    .filter(({ labels: own, verdict }) => own.name === labels.name && verdict.status === "INVALID")
    .map(({ spec }) => ({ trialId: spec.trialId, why: "INVALID: on purpose" })),
}));
const contrasts = experiments
  .slice(1)
  .map(({ labels }) => ({ treatment: labels.name, control: "x0", changed: {}, family: "isolation" as const }));
const input = {
  ...fake,
  study: { ...fake.study, experiments, contrasts },
  summaries,
  trials,
  decisions: [],
  effects: [],
};

it("shows the launches of many arms as spans", async () => {
  const { relation, finding } = launchSpans(input);
  expect(relation.rows).toHaveLength(15);
  const values = (at: number) =>
    Object.fromEntries(relation.columns.map(({ key }, column) => [key, relation.rows[at]![column]!.value]));
  expect(values(0)).toMatchObject({
    experiment: "x0",
    decision: "BASELINE",
    least: 1000,
    median: 1010,
    most: 1030,
    launches: 3,
    unusable: 0,
    values: "1000 1030 1010",
  });
  expect(values(2)).toMatchObject({
    least: 1010,
    median: 1020,
    most: 1030,
    launches: 2,
    unusable: 1,
    values: "(1000) 1030 1010",
  });
  expect(finding).toContain("Block 1 of x2");
  const kind = await reportKind();
  const document = renderDocument(reportData(input), kind);
  const drawn = document.ok ? await drawCharts(document.value, kind.theme) : document;
  expect(drawn.ok).toBe(true);
  const names = drawn.ok ? drawn.value.blocks.flatMap((block) => (block.type === "chart" ? block.chart.name : [])) : [];
  expect(names).toContain("launch_spans");
  expect(names).not.toContain("every_launch");
  expect(JSON.stringify(drawn)).toContain(">1 ✗<");
});

it("has nothing to show where dots show more", () => {
  expect(launchSpans(fake).relation.rows).toEqual([]);
});
