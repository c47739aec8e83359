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

  it("knows it where a factor lists what the engine does anyway, and what a cell changes beside that", () => {
    const two = axesOf({ data_parallel_size: [1, 2], max_num_seqs: [16, 32] }, "", () => null);
    const study = makeStudy({ kind: "combination", factors: two, changes: [] });
    study.engine = {
      ...study.engine,
      knobs: { ...study.engine.knobs, data_parallel_size: { type: "int", default: 1 } },
    };
    const { experiments, contrasts } = expandStudy(study);
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline",
      "data_parallel_size=1·max_num_seqs=32",
      "data_parallel_size=2·max_num_seqs=16",
      "data_parallel_size=2·max_num_seqs=32",
    ]);
    expect(contrasts.map(({ changed }) => changed)).toEqual([
      { max_num_seqs: 32 },
      { data_parallel_size: 2 },
      { data_parallel_size: 2, max_num_seqs: 32 },
    ]);
    expect(experiments[1]?.knobs["data_parallel_size"]).toBe(1);
  });

  it("knows it where a factor lists the version or the load that there is", () => {
    const study = makeStudy({
      kind: "combination",
      factors: axesOf({ "sut.version": ["0.31.0", "0.32.0"] }, "", () => null),
      changes: [],
    });
    study.version = "0.32.0";
    expect(expandStudy(study).experiments.map(({ labels }) => labels.name)).toEqual(["baseline", "version=0.31.0"]);
  });
});
