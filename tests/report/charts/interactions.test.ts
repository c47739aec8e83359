import { describe, expect, it } from "vitest";
import { interactions } from "../../../src/report/charts/interactions.ts";
import type { ReportInput } from "../../../src/report/report-input.ts";
import { axesOf } from "../../../src/schema/axis.ts";
import { fakeReportInput } from "../../support/fake-report.ts";
import { laboratoryReport } from "../../support/laboratory-report.ts";
import { relationValues } from "../../support/relation-values.ts";

const values = { quantization: [null, "fp8"], max_model_len: [1024, 2048, 4096], max_num_seqs: [16, 32] };
const input = laboratoryReport({
  design: { kind: "combination", factors: axesOf(values, "", () => null), changes: [] },
  study: { repeats: 3 },
  engine: {
    noise: { kind: "gaussian", sd: 0.003 },
    effects: [
      { knobs: { quantization: "fp8" }, throughput: 1.2 },
      { knobs: { quantization: "fp8", max_num_seqs: 32 }, throughput: 0.93 },
      { knobs: { max_model_len: 4096, max_num_seqs: 32 }, throughput: 1.03 },
    ],
  },
});
const rowsOf = (given: ReportInput) => relationValues(interactions(given).relation);

describe("the heat map of interactions", () => {
  it("has each pair that ran, named by its levels, with the bucket of its colour", () => {
    const rows = rowsOf(input);
    expect(rows.map(({ first, second, reads }) => [first, second, reads])).toEqual([
      ["fp8", "max_model_len=2048", "as each alone"],
      ["fp8", "max_model_len=4096", "as each alone"],
      ["fp8", "max_num_seqs=32", "much less"],
      ["max_model_len=2048", "max_num_seqs=32", "as each alone"],
      ["max_model_len=4096", "max_num_seqs=32", "more"],
    ]);
    const term = input.factorial!.find(({ kind, ratio }) => kind === "interaction" && ratio! < 0.96)!;
    expect(rows[2]).toMatchObject({ change: term.ratio, change_interval: term.interval, p: term.pAdjusted });
  });

  it("says which pairs depart from the product, the largest first, and how many add up", () => {
    expect(interactions(input).finding).toMatch(
      /^fp8 and max_num_seqs=32 give 6\.\d % less output tok\/s together than the product of each alone \[-\d\.\d, -\d\.\d\]; max_model_len=4096 and max_num_seqs=32 give 3\.\d % more \[\+\d\.\d, \+\d\.\d\]; 3 pairs add up\.$/,
    );
  });

  it("says where all pairs add up, and where nothing is settled", () => {
    const factorial = input.factorial!.map((term) => ({ ...term, addsUp: term.addsUp && ("yes" as const) }));
    expect(interactions({ ...input, factorial }).finding).toMatch(
      /^All 5 pairs add up: what each knob does alone multiplies; largest departure in output tok\/s: fp8 and max_num_seqs=32, -6\.\d %/,
    );
    const open = input.factorial!.map((term) => ({ ...term, addsUp: term.addsUp && ("not known" as const) }));
    expect(interactions({ ...input, factorial: open }).finding).toMatch(
      /^No pair is shown to depart from the product of each alone; 5 pairs are not settled; largest departure/,
    );
  });

  it("leaves out pairs whose combinations did not run, and is empty of other designs", () => {
    const factorial = input.factorial!.map((term, at) => (at === 5 ? { ...term, ratio: null } : term));
    expect(rowsOf({ ...input, factorial })).toHaveLength(4);
    expect(interactions(fakeReportInput())).toMatchObject({ relation: { rows: [] }, finding: "" });
  });

  it("names a value with its knob where two knobs have it, or it is no word", () => {
    const factorial = input.factorial!.map((term) => ({
      ...term,
      levels: term.levels.map((level) => (level.knob === "max_model_len" ? { ...level, value: "fp8" } : level)),
    }));
    expect(rowsOf({ ...input, factorial })[0]).toMatchObject({
      first: "quantization=fp8",
      second: "max_model_len=fp8",
    });
  });
});
