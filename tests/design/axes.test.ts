import { describe, expect, it } from "vitest";
import { expandStudy, orderTrials } from "../../src/design/index.ts";
import { load, matrix } from "../matrix/study-fixture.ts";

function expanded(parts: Parameters<typeof matrix>[0]) {
  const { study, diagnostics } = load({ "matrices/a.yaml": matrix(parts) });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return expandStudy(study!);
}

const names = (parts: Parameters<typeof matrix>[0]): string[] =>
  expanded(parts).experiments.map(({ labels }) => labels.name);

const closed = "[{ workload: w, scenario: closed, load: { concurrency: 1 }, dataset: { kind: synthetic } }]";
const one = "{ kind: isolation, changes: [{ id: f16, set: { dtype: float16 } }] }";

describe("axes", () => {
  it("take ranges", () => {
    const more = "sweep: { load.concurrency: { from: 1, to: 8, factor: 2 } }\n";
    expect(names({ workloads: closed, design: one, more })).toEqual([
      "baseline·c1",
      "f16·c1",
      "baseline·c2",
      "f16·c2",
      "baseline·c4",
      "f16·c4",
      "baseline·c8",
      "f16·c8",
    ]);
  });

  it("take points that set several members of the workload, and need no compound", () => {
    const more =
      "sweep: { shape: [{ id: 1k1k, dataset.input_tokens: 1024, dataset.output_tokens: 1024 }, { id: 8k1k, dataset.input_tokens: 8192, dataset.output_tokens: 1024 }] }\n";
    const { experiments } = expanded({ workloads: closed, design: one, more });
    expect(experiments.map(({ labels }) => labels.name)).toEqual([
      "baseline·1k1k",
      "f16·1k1k",
      "baseline·8k1k",
      "f16·8k1k",
    ]);
    expect(experiments[2]!.workload.dataset).toEqual({
      kind: "synthetic",
      input_tokens: { distribution: "fixed", value: 8192 },
      output_tokens: { distribution: "fixed", value: 1024 },
    });
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(4);
    expect(new Set(experiments.map(({ configurationId }) => configurationId)).size).toBe(2);
  });

  it("of a combination may be named points of several knobs", () => {
    const design =
      "{ kind: combination, factors: { layout: [{ id: small, max_num_seqs: 8, dtype: float16 }, { id: large, max_num_seqs: 32, dtype: bfloat16 }], max_num_batched_tokens: [32] } }";
    const { rows, contrasts } = expanded({ workloads: closed, design });
    expect(rows.map(({ id }) => id)).toEqual([
      "baseline",
      "small·max_num_batched_tokens=32",
      "large·max_num_batched_tokens=32",
    ]);
    expect(contrasts[0]).toMatchObject({
      axisPoints: { layout: "small", max_num_batched_tokens: "max_num_batched_tokens=32" },
    });
  });

  it("are narrowed by a row, and the baseline runs wherever a row does", () => {
    const design =
      "{ kind: isolation, changes: [{ id: f16, set: { dtype: float16 }, sweep: { load.concurrency: [4, 8] } }, { id: s8, set: { max_num_seqs: 8 }, sweep: { load.concurrency: [8, 16] } }] }";
    expect(names({ workloads: closed, design })).toEqual([
      "baseline·c4",
      "f16·c4",
      "baseline·c8",
      "f16·c8",
      "s8·c8",
      "baseline·c16",
      "s8·c16",
    ]);
    const more = "sweep: { load.concurrency: [1, 4] }\n";
    const narrowed =
      "{ kind: isolation, changes: [{ id: f16, set: { dtype: float16 }, sweep: { load.concurrency: [4, 64] } }, { id: s8, set: { max_num_seqs: 8 } }] }";
    expect(names({ workloads: closed, design: narrowed, more })).toEqual([
      "baseline·c1",
      "s8·c1",
      "baseline·c4",
      "f16·c4",
      "s8·c4",
      "baseline·c64",
      "f16·c64",
    ]);
  });

  it("are narrowed by a workload", () => {
    const workloads =
      "[{ workload: a, scenario: closed, dataset: { kind: synthetic } }, { workload: b, scenario: closed, endpoint: chat, dataset: { kind: synthetic }, sweep: { load.concurrency: [2] } }]";
    const more = "sweep: { load.concurrency: [1, 2] }\n";
    expect(names({ workloads, design: "{ kind: combination, factors: {} }", more })).toEqual([
      "baseline@a·c1",
      "baseline@a·c2",
      "baseline@b·c2",
    ]);
  });

  it("keep a stack's steps comparable: a step is measured against the nearest below it that runs there", () => {
    const design =
      "{ kind: stacked, steps: [{ id: f16, set: { dtype: float16 } }, { id: s8, set: { max_num_seqs: 8 }, sweep: { load.concurrency: [1] } }, { id: b32, set: { max_num_batched_tokens: 32 } }] }";
    const { contrasts } = expanded({ workloads: closed, design, more: "sweep: { load.concurrency: [1, 4] }\n" });
    const steps = contrasts.filter(({ family }) => family === "step");
    expect(steps.map(({ treatment, control }) => [treatment, control])).toEqual([
      ["f16·c1", "baseline·c1"],
      ["s8·c1", "f16·c1"],
      ["b32·c1", "s8·c1"],
      ["f16·c4", "baseline·c4"],
      ["b32·c4", "f16·c4"],
    ]);
    expect(steps.at(-1)!.changed).toEqual({ max_num_batched_tokens: 32, max_num_seqs: 8 });
  });

  it("set a member of a knob that takes a map, and keep its others", () => {
    const design = "{ kind: combination, factors: { compilation_config.tokens: [2, 3] } }";
    const baseline = "{ knobs: { compilation_config: { method: ngram, tokens: 5 } } }";
    const { study } = load({ "matrices/a.yaml": matrix({ workloads: closed, design, baseline }) });
    const { rows } = expandStudy(study!);
    expect(rows.map(({ id, assignment }) => [id, assignment["compilation_config"]])).toEqual([
      ["baseline", { method: "ngram", tokens: 5 }],
      ["tokens=2", { method: "ngram", tokens: 2 }],
      ["tokens=3", { method: "ngram", tokens: 3 }],
    ]);
  });
});

describe("exclude", () => {
  it("takes lists, and reaches rows, workloads and points", () => {
    const workloads =
      "[{ workload: a, scenario: closed, dataset: { kind: synthetic } }, { workload: b, scenario: closed, endpoint: chat, dataset: { kind: synthetic } }]";
    const more =
      "sweep: { load.concurrency: [1, 4, 16] }\nexclude: [{ workload: a, load.concurrency: [4, 16] }, { row: f16, load.concurrency: 16 }]\n";
    expect(names({ workloads, design: one, more })).toEqual([
      "baseline@a·c1",
      "f16@a·c1",
      "baseline@b·c1",
      "f16@b·c1",
      "baseline@b·c4",
      "f16@b·c4",
    ]);
  });
});

describe("systems", () => {
  const more = "systems: [{ id: small, model: m }, { id: large, model: n, knobs: { max_num_seqs: 4 } }]\n";
  it("run the matrix for each, on its own baseline, and compare nothing across", () => {
    const { experiments, contrasts, baselines } = expanded({ workloads: closed, design: one, more });
    expect(baselines).toEqual(["baseline@small", "baseline@large"]);
    expect(contrasts.map(({ treatment, control }) => [treatment, control])).toEqual([
      ["f16@small", "baseline@small"],
      ["f16@large", "baseline@large"],
    ]);
    expect(experiments[3]!.identity.configuration).toMatchObject({
      model: "n",
      knobs: { dtype: "float16", max_num_seqs: 4 },
    });
  });

  it("have the same requests, seeds and data in each, whatever the engine", () => {
    const { study } = load({
      "matrices/a.yaml": matrix({
        workloads: closed,
        design: one,
        more: "systems: [{ id: small, model: m }, { id: newer, version: 0.33.0 }]\nrepeats: 2\n",
      }),
    });
    const trials = orderTrials(study!, expandStudy(study!));
    for (const block of [1, 2]) {
      const seeds = trials.filter((trial) => trial.block === block).map((trial) => JSON.stringify(trial.seeds));
      expect(seeds).toHaveLength(4);
      expect(new Set(seeds).size).toBe(1);
    }
    const { experiments } = expandStudy(study!);
    expect(new Set(experiments.map(({ workload }) => workload)).size).toBe(1);
  });

  it("are SKIPPED under --sut where they differ in nothing but the engine that was replaced", () => {
    const { study } = load(
      {
        "matrices/a.yaml": matrix({
          workloads: closed,
          design: "{ kind: duel, b: { id: newer, set: { sut.version: 0.33.0 } } }",
          more: "systems: [{ id: one }, { id: two, version: 0.31.0 }, { id: three, model: n, knobs: { dtype: float16 } }]\n",
        }),
      },
      { sut: "pocket-cpu" },
    );
    const { experiments } = expandStudy(study!);
    const because = (first: string) =>
      `on Pocket engine on the CPU, which stands in for what the matrix names, it is the same as ${first}`;
    expect(experiments.map(({ labels, skip }) => [labels.name, skip])).toEqual([
      ["baseline@one", null],
      ["newer@one", because("baseline@one")],
      ["baseline@two", because("baseline@one")],
      ["newer@two", because("baseline@one")],
      ["baseline@three", null],
      ["newer@three", because("baseline@three")],
    ]);
  });

  it("are kept by a side of a duel that has its own knobs", () => {
    const duel = "{ kind: duel, a: { id: a, knobs: { dtype: float16 } }, b: { id: b, knobs: { max_num_seqs: 8 } } }";
    const { experiments } = expanded({ workloads: closed, design: duel, more });
    expect(experiments.map(({ labels, knobs }) => [labels.name, labels.system, knobs["sut.model"]])).toEqual([
      ["a@small", "small", "m"],
      ["b@small", "small", "m"],
      ["a@large", "large", "n"],
      ["b@large", "large", "n"],
    ]);
  });

  it("have the ids that a matrix of their own would have", () => {
    const [own] = expanded({ workloads: closed, design: one, sut: "{ engine: pocket, model: n }" }).experiments;
    const of = expanded({
      workloads: closed,
      design: one,
      more: "systems: [{ id: a, model: n }, { id: b, model: o }]\n",
    });
    expect(of.experiments[0]!.id).toBe(own!.id);
  });
});

describe("settings of sut", () => {
  it("are rows like any other, and the id is that of a study of it", () => {
    const design = "{ kind: isolation, changes: [{ id: next, set: { sut.version: 2.0.0 } }] }";
    const { experiments, contrasts } = expanded({ workloads: closed, design });
    expect(contrasts[0]!.changed).toEqual({ "sut.version": "2.0.0" });
    const [own] = expanded({
      workloads: closed,
      design: one,
      sut: "{ engine: pocket, model: m, version: 2.0.0 }",
    }).experiments;
    expect(experiments[1]!.id).toBe(own!.id);
  });
});
