import { describe, expect, it } from "vitest";
import { launchRows } from "../../../src/report/charts/launch-rows.ts";
import { fakeReportInput } from "../../support/fake-report.ts";

const input = fakeReportInput();
const baseline = input.study.experiments[0]!;

describe("rows of launches", () => {
  it("have the figure that decided, how far each lies from the level of its arm, and what does not count", () => {
    const rows = launchRows(input);
    expect(rows.map(({ experiment, block, value, counts }) => [experiment, block, value, counts])).toEqual([
      ["baseline", 1, 1089, true],
      ["baseline", 2, 1082, true],
      ["baseline", 3, 1094, true],
      ["fp8", 1, 1462, true],
      ["fp8", 2, 1450, true],
      ["fp8", 3, 1471, true],
      ["len2668", 1, 1544, true],
      ["len2668", 2, 1540, true],
      ["len2668", 3, 2300, false],
      ["int8", 1, null, false],
    ]);
    expect(rows[0]!.fromMean).toBeCloseTo(1089 / (1089 * 1082 * 1094) ** (1 / 3), 12);
    expect(rows[8]!.fromMean).toBeCloseTo(2300 / Math.sqrt(1544 * 1540), 12);
    expect(rows[8]!.verdict).toBe("INVALID: min_duration: 212 s, at least 600 s");
    expect(rows[9]).toMatchObject({ fromMean: null, verdict: "FAILED: the engine ended before it was ready" });
    expect(rows[0]).toMatchObject({ decision: "BASELINE", place: "", figure: "output tok/s", lowerIsBetter: false });
    expect(rows[3]).toMatchObject({ decision: "SHIP", verdict: "VALID", cell: "" });
  });

  it("have a baseline that ran twice in a block at both ends", () => {
    const trials = input.trials.map((trial) =>
      trial.spec.experimentId === baseline.id && trial.spec.replicate === 3
        ? { ...trial, spec: { ...trial.spec, block: 2 } }
        : trial,
    );
    const rows = launchRows({ ...input, trials });
    expect(rows.filter(({ place }) => place === "first").map(({ value }) => value)).toEqual([1089, 1082]);
    expect(rows.at(-1)).toMatchObject({ experiment: "baseline", place: "last", value: 1094, block: 2 });
  });

  it("take output throughput where nothing was decided, and a latency as better where it is lower", () => {
    expect(launchRows({ ...input, decisions: [] })[0]).toMatchObject({ value: 1089, decision: "BASELINE" });
    const decisions = input.decisions.map((one) => ({ ...one, metric: "ttft p50" }));
    expect(launchRows({ ...input, decisions })[0]).toMatchObject({
      value: 60_000 / 1089,
      figure: "TTFT p50 (ms)",
      lowerIsBetter: true,
    });
  });

  it("are of the named alone where there are more than 200 experiments", () => {
    const extra = Array.from({ length: 200 }, (_, at) => ({
      ...baseline,
      id: `exp1_${at}`,
      labels: { ...baseline.labels, name: `x${at}`, row: `x${at}` },
    }));
    const contrasts = extra.map(({ labels }) => ({
      treatment: labels.name,
      control: "baseline",
      changed: {},
      family: "isolation" as const,
    }));
    const study = {
      ...input.study,
      experiments: [...input.study.experiments, ...extra],
      contrasts: [...input.study.contrasts, ...contrasts],
    };
    const summaries = [
      ...input.summaries,
      ...extra.map(({ labels }) => ({ ...input.summaries[0]!, baseline: false, experiment: labels.name })),
    ];
    expect(new Set(launchRows({ ...input, study, summaries }).map(({ experiment }) => experiment))).toEqual(
      new Set(["baseline", "fp8", "len2668", "int8"]),
    );
  });
});
