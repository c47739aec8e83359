import { describe, expect, it } from "vitest";
import { latency } from "../../../src/report/charts/latency.ts";
import { analyse } from "../../../src/analysis/index.ts";
import type { StudyRecord } from "../../../src/schema/study-record.ts";
import type { ReportInput } from "../../../src/report/index.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { fakeExperiment, fakeTrial, withFigures } from "../../support/fake-trials.ts";

const input = fakeReportInput();
const rowsOf = ({ columns, rows }: ReturnType<typeof latency>["relation"]) =>
  rows.map((row) => Object.fromEntries(columns.map(({ key }, at) => [key, row[at]?.value ?? null])));
const p50 = ["ttft_sched", "e2e_sched"] as const;

/** Configurations beside a baseline, with a median TTFT and TPOT in ms, in three blocks or so. */
function study(arms: readonly { name: string; ttft: number; tpot: number; cell?: string }[], blocks = 3): ReportInput {
  const experiments = arms.map(({ name, cell = "" }, position) => {
    const experiment = fakeExperiment(cell === "" ? name : `${name}@${cell}`, position, {
      max_num_seqs: position,
      cell,
    });
    return { ...experiment, labels: { ...experiment.labels, row: name } };
  });
  const contrasts = experiments.flatMap(({ labels, knobs }, at) => {
    const baseline = experiments[arms.findIndex(({ cell }) => cell === arms[at]!.cell)]!;
    return baseline.labels.name === labels.name
      ? []
      : [{ treatment: labels.name, control: baseline.labels.name, changed: knobs, family: "isolation" as const }];
  });
  const trials = experiments.flatMap((experiment, at) =>
    Array.from({ length: blocks }, (_, block) => {
      const [ttft, tpot] = [arms[at]!.ttft * (1 + block / 1000), arms[at]!.tpot * (1 - block / 1000)];
      return withFigures(fakeTrial(experiment, { replicate: block + 1 }), [
        ["ttft", "p50", ttft],
        ["ttft", "p90", 2 * ttft],
        ["tpot", "p50", tpot],
        ["e2e", "p50", 5000],
        ["e2e", "p99", 5000],
      ]);
    }),
  );
  const record = { ...input.study, design: "isolation", experiments, contrasts, baselines: [], plannedTrials: [] };
  return { ...input, ...analyse({ study: record as unknown as StudyRecord, trials, answers: new Map(), metrics: [] }) };
}

describe("the chart of latencies", () => {
  it("has the levels that the summaries have, and ends where the sample does", () => {
    const { relation, params } = latency(input);
    const [ttft, tpot, e2e, ...others] = rowsOf(relation);
    const figure = (metric: string, stat: string) =>
      input.summaries[0]!.figures.find((one) => one.metric === metric && one.stat === stat)!.value;
    expect(ttft).toMatchObject({
      experiment: "baseline",
      decision: "BASELINE",
      latency: "TTFT",
      p99: null,
      launches: 3,
    });
    expect([ttft!["p50"], tpot!["p50"], e2e!["p99"]]).toEqual([
      figure("ttft", "p50"),
      figure("tpot", "p50"),
      figure("e2e", "p99"),
    ]);
    // The INVALID launch of len2668 is in no level, and of int8 there is none.
    expect(others.map(({ experiment, launches }) => [experiment, launches])).toEqual([
      ["fp8", 3],
      ["fp8", 3],
      ["fp8", 3],
      ["len2668", 2],
      ["len2668", 2],
      ["len2668", 2],
    ]);
    expect(params).toEqual({ names: ["baseline", "fp8", "len2668"], cells: [""], farthest: 100 });
  });

  it("names the largest clear shift with both figures, and what the same change does the other way", () => {
    const some = study([
      { name: "bf16", ttft: 2600, tpot: 22 },
      { name: "fp8", ttft: 2500, tpot: 21 },
      { name: "seqs256", ttft: 200, tpot: 31 },
    ]);
    expect(latency(some).finding).toBe(
      "seqs256 cuts the median TTFT from 2.6 to 0.2 s and raises the median TPOT from 22 to 31 ms. Latency counts from the actual send.",
    );
  });

  it("says that nothing is clear, that there is one launch each, or what one configuration does", () => {
    const same = study([
      { name: "bf16", ttft: 2600, tpot: 22 },
      { name: "a", ttft: 2600, tpot: 22 },
    ]);
    expect(latency(same).finding).toMatch(/^No change shifts a median clearly \(p below 0\.05\)\. /);
    const once = study(
      [
        { name: "bf16", ttft: 2600, tpot: 22 },
        { name: "a", ttft: 900, tpot: 22 },
      ],
      1,
    );
    expect(latency(once).finding).toMatch(
      /^One launch each has no interval; the largest difference: a cuts the median TTFT from 2\.6 to 0\.9 s\. /,
    );
    expect(latency(study([{ name: "bf16", ttft: 2600, tpot: 22 }])).finding).toMatch(
      /^E2E of bf16: from 5 s \(p50\) to 5 s \(p99\)\. /,
    );
  });

  it("counts from the intended send where every configuration has it", () => {
    const trials = input.trials.map((trial) =>
      trial.measurements.length === 0 || trial.spec.purpose === "accuracy"
        ? trial
        : withFigures(
            trial,
            p50.map((metric) => [metric, "p50", 77] as const),
          ),
    );
    const summaries = input.summaries.map((row) => ({
      ...row,
      figures: row.figures.map((one) => (one.metric === "e2e_sched" && row.usable > 0 ? { ...one, value: 77 } : one)),
    }));
    const open = latency({ ...input, trials, summaries });
    expect(open.finding).toMatch(/Latency counts from the intended send\.$/);
    expect(rowsOf(open.relation)[0]).toMatchObject({ latency: "TTFT", p50: expect.closeTo(77, 9) });
    const closed = { ...input.study, workloads: [{ name: "w", scenario: "closed", slo: false, ruleset: null }] };
    expect(latency({ ...input, study: closed }).finding).toMatch(
      /from the actual send: in a closed loop nothing is scheduled\.$/,
    );
  });

  it("names four of many beside the baseline, that of the finding among them", () => {
    const arms = Array.from({ length: 12 }, (_, at) => ({
      name: `s${at}`,
      ttft: 2600,
      tpot: at === 11 ? 60 : 22 + at / 100,
    }));
    const { params, finding } = latency(study(arms));
    expect(finding).toMatch(/^s11 raises the median TPOT from 22 to 59\.\d ms/);
    expect(params!["names"]).toHaveLength(5);
    expect(params!["names"]).toEqual(expect.arrayContaining(["s0", "s11"]));
  });

  it("has a panel for each of four workloads, and one for all where nothing is beside anything", () => {
    const pairs = ["c1", "c2", "c4", "c8", "c16"].flatMap((cell) => [
      { name: "bf16", ttft: 2600, tpot: 22, cell },
      { name: "fp8", ttft: 2000, tpot: 20, cell },
    ]);
    const many = latency(study(pairs));
    expect(many.params!["cells"]).toEqual(["c1", "c2", "c4", "c8"]);
    expect(many.finding).toMatch(/The table has one more workload or point\.$/);
    expect(rowsOf(many.relation)[0]).toMatchObject({ cell: "c1", experiment: "bf16@c1" });
    const alone = latency(study(pairs.filter(({ name }) => name === "bf16")));
    expect(alone.params).toMatchObject({ names: ["bf16@c1", "bf16@c2", "bf16@c4", "bf16@c8"], cells: [""] });
  });

  it("has nothing to show of trials without a latency", () => {
    expect(latency({ ...input, trials: [] }).relation.rows).toEqual([]);
  });
});
