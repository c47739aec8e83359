import { describe, expect, it } from "vitest";
import { expandStudy } from "../../../src/design/index.ts";
import { makeEngine, makeStudy } from "../../support/make-study.ts";
import { change, eager, fp8, len } from "../../support/some-changes.ts";

describe("stacked", () => {
  it("puts each step on all before it, against its predecessor and the baseline", () => {
    const { experiments, contrasts } = expandStudy(
      makeStudy({ kind: "stacked", changes: [fp8, len], cumulative: true }),
    );
    expect(experiments.at(-1)?.knobs).toEqual({ max_num_seqs: 16, quantization: "fp8", max_model_len: 2668 });
    expect(contrasts.map(({ treatment, control, family }) => [treatment, control, family])).toEqual([
      ["fp8", "baseline", "step"],
      ["len", "fp8", "step"],
      ["len", "baseline", "stack"],
    ]);
    expect(contrasts.at(-1)?.changed).toEqual({ quantization: "fp8", max_model_len: 2668 });
  });

  it("lets the next step stand on the one before a skipped step", () => {
    const skipped = change("eager", { enforce_eager: true }, { skip: "not today" });
    const { experiments } = expandStudy(makeStudy({ kind: "stacked", changes: [fp8, skipped, len], cumulative: true }));
    expect(experiments.map(({ labels, skip }) => [labels.name, skip])).toEqual([
      ["baseline", null],
      ["fp8", null],
      ["eager", "not today"],
      ["len", null],
    ]);
    expect(experiments.at(-1)?.knobs).not.toHaveProperty("enforce_eager");
  });

  it("skips a step whose knob the engine lacks, with the reason, and goes on without it", () => {
    const engine = makeEngine();
    engine.knobs["enforce_eager"] = { type: "bool", unsupported: "no compiler here" };
    const { experiments } = expandStudy(
      makeStudy(
        { kind: "stacked", changes: [eager, change("x", { unknown_knob: 1 }), fp8], cumulative: true },
        { engine },
      ),
    );
    expect(experiments.map(({ skip }) => skip)).toEqual([
      null,
      "enforce_eager: no compiler here",
      "Test engine has no knob unknown_knob",
      null,
    ]);
  });
});
