import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../../src/report/index.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { withFigures } from "../../support/fake-trials.ts";
import { designRow, laboratoryReport, type LaboratoryReport } from "../../support/laboratory-report.ts";

const changes = [designRow("seqs256", { max_num_seqs: 256 }), designRow("len2668", { max_model_len: 2668 })];
const isolation = (more: Partial<LaboratoryReport>): ReportInput =>
  laboratoryReport({ design: { kind: "isolation", changes }, ...more });
const says = ({ findings = [] }: ReportInput): string[] =>
  findings.flatMap((one) => (one.rule === "drift" ? one.says : []));
const isMany = ({ knobs }: Trial): boolean => knobs["max_num_seqs"] === 256;

describe("drift", () => {
  it("is named where it is more than what matters, and shown", () => {
    const drifting = isolation({ engine: { driftPerTrial: -0.005 } });
    expect(says(drifting)[0]).toMatch(
      /^All arms beside baseline drifted in output tok\/s: -\d\.\d % \(-.* to -.*\) from the first block to the last, which the blocks absorb\.$/,
    );
    expect(says(isolation({ engine: { driftPerTrial: -0.0005 } }))).toEqual([]);
  });

  it("is as certain as the arms that have a figure above zero are many", () => {
    const engine = { driftPerTrial: -0.005 };
    /** The half of the interval, as a factor. */
    const halfOf = (input: ReportInput): number => {
      const [, lower, upper] = /\((-[\d.]+) to (-[\d.]+)\)/.exec(says(input)[0] ?? "") ?? [];
      return Math.sqrt((1 + Number(upper) / 100) / (1 + Number(lower) / 100));
    };
    const idle = (trial: Trial): Trial =>
      isMany(trial) ? withFigures(trial, [["output_throughput", "value", 0]]) : trial;
    const lost = (trial: Trial): Trial => (isMany(trial) ? { ...trial, measurements: [] } : trial);
    const halfWithout = halfOf(isolation({ engine, change: lost }));
    expect(halfOf(isolation({ engine, change: idle }))).toBeCloseTo(halfWithout, 9);
  });

  it("names a baseline that has no figure as such", () => {
    const engine = { driftPerTrial: -0.005 };
    const baselineIs = (change: (trial: Trial) => Trial) => (trial: Trial) =>
      trial.spec.experiment === "baseline" ? change(trial) : trial;
    const lost = baselineIs((trial) => ({ ...trial, measurements: [] }));
    expect(says(isolation({ engine, change: lost }))[0]).toMatch(
      /^All arms beside baseline, which has no usable figure, drifted in output tok\/s: -/,
    );
    const idle = baselineIs((trial) => withFigures(trial, [["output_throughput", "value", 0]]));
    expect(says(isolation({ engine, change: idle }))[0]).toMatch(
      /^All arms beside baseline, of which a launch measured zero, drifted in /,
    );
  });

  it("within blocks is the larger of line and curve, since one p speaks of both", () => {
    const curved = { shift: ({ position }: Trial["spec"]) => (position % 3 === 2 ? 0.05 : 0) };
    expect(says(isolation({ study: { repeats: 6 }, engine: curved }))).toEqual([
      expect.stringMatching(
        /: \+[45]\.\d % between the middle and the ends of each block \(p ≤ 0\.001 of line and curve together\), which random order turns into noise\.$/,
      ),
    ]);
  });

  it("within blocks is not said of the declared order, which turns nothing into noise", () => {
    // The middle row has the first place of blocks without the baseline, and the last of those without the last row.
    const isWithout = ({ experiment, block }: Trial["spec"]): boolean =>
      experiment === ["baseline", "len2668", "none"][block % 3];
    const missing = (trial: Trial): Trial => (isWithout(trial.spec) ? { ...trial, measurements: [] } : trial);
    const shift = ({ experiment, block }: Trial["spec"]): number =>
      experiment === "seqs256" ? [-0.05, 0.05, 0][block % 3]! : 0;
    const declared = isolation({ engine: { shift }, study: { repeats: 13, order: "declared" }, change: missing });
    expect(declared.effects[0]?.drift?.withinBlockP).toBeLessThan(0.001);
    expect(says(declared)).toEqual([]);
  });
});
