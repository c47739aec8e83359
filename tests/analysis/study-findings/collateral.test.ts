import { describe, expect, it } from "vitest";
import type { ReportInput } from "../../../src/report/index.ts";
import type { StudyFinding } from "../../../src/schema/analysis.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { designRow, laboratoryReport } from "../../support/laboratory-report.ts";

const find = ({ findings = [] }: ReportInput): StudyFinding[] => findings.filter(({ rule }) => rule === "collateral");
const seqs = designRow("seqs256", { max_num_seqs: 256 });
const length = designRow("len2668", { max_model_len: 2668 });
const isMany = ({ knobs }: Trial): boolean => knobs["max_num_seqs"] === 256;
const isolation = (changes: ReturnType<typeof designRow>[], change: (trial: Trial) => Trial): ReportInput =>
  laboratoryReport({ design: { kind: "isolation", changes }, change });

describe("collateral", () => {
  it("is named with the values of both sides", () => {
    const input = isolation([seqs], (trial) => ({
      ...trial,
      resolvedConfiguration: { "cache_config.num_cpu_blocks": isMany(trial) ? 52 : 41, max_num_seqs: 1 },
    }));
    const [finding, ...others] = find(input);
    expect(finding?.says).toBe(
      "seqs256 also moves what it does not set: cache_config.num_cpu_blocks from 41 to 52, in every trial (4 against 4).",
    );
    expect(others).toEqual([]);
    expect(finding?.query).toContain(`resolved_configuration->>'$."cache_config.num_cpu_blocks"'`);
  });
});

describe("collateral of several changes", () => {
  it("is one finding where they moved the same, and a long value is cut", () => {
    const input = isolation([seqs, length], (trial) => ({
      ...trial,
      resolvedConfiguration: { sizes: isMany(trial) || "max_model_len" in trial.knobs ? Array(99).fill(8) : [] },
    }));
    expect(find(input).map(({ says }) => says)).toEqual([
      "seqs256 and len2668 also move what they do not set: sizes from [] to [8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8,…, in every trial (8 against 4).",
    ]);
  });
});
