import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import type { Assignment } from "../../src/schema/knob.ts";
import type { Change } from "../../src/schema/study.ts";
import { makeEngine, makeStudy, makeWorkload } from "../support/make-study.ts";

const change = (id: string, set: Assignment, more: Partial<Change> = {}): Change => ({
  id,
  label: id,
  set,
  pointer: `/${id}`,
  ...more,
});
const fp8 = change("fp8", { quantization: "fp8" });
const len = change("len", { max_model_len: 2668 });
const eager = change("eager", { enforce_eager: true });

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

describe("stacked", () => {
  it("puts each step on all before it, against its predecessor and the baseline", () => {
    const { experiments, contrasts } = expandStudy(makeStudy({ kind: "stacked", steps: [fp8, len] }));
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
    const { experiments } = expandStudy(makeStudy({ kind: "stacked", steps: [fp8, skipped, len] }));
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
      makeStudy({ kind: "stacked", steps: [eager, change("x", { unknown_knob: 1 }), fp8] }, { engine }),
    );
    expect(experiments.map(({ skip }) => skip)).toEqual([
      null,
      "enforce_eager: no compiler here",
      "Test engine has no knob unknown_knob",
      null,
    ]);
  });
});

describe("combination", () => {
  const factors = [
    { knob: "quantization", values: ["fp8", "awq"], pointer: "" },
    { knob: "max_num_seqs", values: [16, 32], pointer: "" },
  ];

  it("crosses all factors, less the excluded, plus the included", () => {
    const { experiments } = expandStudy(
      makeStudy({
        kind: "combination",
        factors,
        include: [eager],
        exclude: [{ match: { quantization: "awq", max_num_seqs: 32 }, pointer: "" }],
      }),
    );
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline",
      "quantization=fp8,max_num_seqs=16",
      "quantization=fp8,max_num_seqs=32",
      "quantization=awq,max_num_seqs=16",
      "eager",
    ]);
  });

  it("knows the cell that is the baseline", () => {
    const one = [{ knob: "max_num_seqs", values: [16, 32], pointer: "" }];
    const { experiments } = expandStudy(makeStudy({ kind: "combination", factors: one, include: [], exclude: [] }));
    expect(experiments.map(({ labels }) => labels.name)).toEqual(["baseline", "max_num_seqs=32"]);
  });
});

describe("sweep and workloads", () => {
  it("cross every row, and name the point and the workload", () => {
    const sweep = [{ knob: "load.concurrency", values: [1, 4], pointer: "" }];
    const workloads = [
      makeWorkload({ name: "a", scenario: "closed" }),
      makeWorkload({ name: "b", scenario: "closed", endpoint: "chat" }),
    ];
    const { experiments, baselines } = expandStudy(
      makeStudy({ kind: "isolation", changes: [fp8] }, { sweep, workloads }),
    );
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline@a@concurrency=1",
      "fp8@a@concurrency=1",
      "baseline@a@concurrency=4",
      "fp8@a@concurrency=4",
      "baseline@b@concurrency=1",
      "fp8@b@concurrency=1",
      "baseline@b@concurrency=4",
      "fp8@b@concurrency=4",
    ]);
    expect(baselines).toHaveLength(4);
    expect(experiments[2]?.workload.load.concurrency).toBe(4);
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(8);
    expect(new Set(experiments.map(({ configurationId }) => configurationId)).size).toBe(2);
  });
});
