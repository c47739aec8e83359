import { axesOf } from "../../../src/schema/axis.ts";
import { describe, expect, it } from "vitest";
import { expandStudy } from "../../../src/design/index.ts";
import { makeStudy } from "../../support/make-study.ts";
import { eager } from "../../support/some-changes.ts";

describe("combination", () => {
  const factors = axesOf({ quantization: ["fp8", "awq"], max_num_seqs: [16, 32] }, "", () => null);

  it("crosses all factors, less the excluded, plus the included", () => {
    const { experiments } = expandStudy(
      makeStudy(
        { kind: "combination", factors, changes: [eager] },
        { exclude: [{ match: { quantization: "awq", max_num_seqs: 32 }, pointer: "" }] },
      ),
    );
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline",
      "quantization=fp8·max_num_seqs=16",
      "quantization=fp8·max_num_seqs=32",
      "quantization=awq·max_num_seqs=16",
      "eager",
    ]);
  });

  it("knows the cell that is the baseline", () => {
    const one = axesOf({ max_num_seqs: [16, 32] }, "", () => null);
    const { experiments } = expandStudy(makeStudy({ kind: "combination", factors: one, changes: [] }));
    expect(experiments.map(({ labels }) => labels.name)).toEqual(["baseline", "max_num_seqs=32"]);
  });
});
