import { describe, expect, it } from "vitest";
import { expandStudy } from "../../../src/design/index.ts";
import { makeStudy } from "../../support/make-study.ts";
import { fp8, len } from "../../support/some-changes.ts";

describe("isolation", () => {
  it("puts each change on the baseline alone", () => {
    const { experiments, contrasts } = expandStudy(makeStudy({ kind: "isolation", changes: [fp8, len] }));
    expect(experiments.map(({ labels, knobs }) => [labels.name, knobs])).toEqual([
      ["baseline", { max_num_seqs: 16 }],
      ["fp8", { max_num_seqs: 16, quantization: "fp8" }],
      ["len", { max_num_seqs: 16, max_model_len: 2668 }],
    ]);
    expect(contrasts).toEqual([
      { treatment: "fp8", control: "baseline", changed: { quantization: "fp8" }, family: "isolation" },
      { treatment: "len", control: "baseline", changed: { max_model_len: 2668 }, family: "isolation" },
    ]);
  });
});
