import { describe, expect, it } from "vitest";
import { expandStudy } from "../../src/design/index.ts";
import { load, matrix } from "../matrix/study-fixture.ts";

/** Expands a matrix that has no other fault than values that cannot be computed. */
function expanded(parts: Parameters<typeof matrix>[0]) {
  const { study, diagnostics } = load({ "matrices/a.yaml": matrix(parts) });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return expandStudy(study!);
}

const closed = "[{ workload: w, scenario: closed, load: { concurrency: 1 }, dataset: { kind: synthetic } }]";
const one = "{ kind: isolation, changes: [{ id: f16, set: { dtype: float16 } }] }";

describe("computed values", () => {
  it("follow the settings of each experiment", () => {
    const workloads =
      "[{ workload: w, scenario: closed, dataset: { kind: synthetic, input_tokens: 128, output_tokens: 32 }, counts: { screen: { requests: = 10 * load.concurrency } } }]";
    const baseline = "{ knobs: { max_num_seqs: = 2 * load.concurrency } }";
    const { experiments, faults } = expanded({
      workloads,
      baseline,
      design: one,
      more: "sweep: { load.concurrency: [4, 8] }\n",
    });
    expect(faults).toEqual([]);
    expect(experiments.map(({ knobs, workload }) => [knobs["max_num_seqs"], workload.counts.screen.requests])).toEqual([
      [8, 40],
      [8, 40],
      [16, 80],
      [16, 80],
    ]);
    expect(experiments[0]!.computed).toEqual({
      max_num_seqs: "2 * load.concurrency",
      "counts.screen.requests": "10 * load.concurrency",
    });
  });

  it("are counts of each fidelity that says nothing itself", () => {
    const workloads =
      "[{ workload: w, scenario: closed, load: { concurrency: 3 }, dataset: { kind: synthetic }, counts: { requests: = 9.5 * load.concurrency, smoke: { requests: 4 } } }]";
    const { experiments, faults } = expanded({ workloads, design: one });
    expect(faults).toEqual([]);
    expect(experiments[0]!.workload.counts).toMatchObject({
      smoke: { requests: 4 },
      screen: { requests: 29 },
      valid: { requests: 29 },
    });
  });

  it("are what the id covers", () => {
    const id = (value: string) =>
      expanded({ workloads: closed, design: one, baseline: `{ knobs: { max_num_seqs: ${value} } }` }).experiments[0]!
        .id;
    expect(id("= 4 * load.concurrency + 4")).toBe(id("8"));
  });

  it("may be members of a knob that takes a map", () => {
    const design = "{ kind: isolation, changes: [{ id: more, set: { draft_config.num_draft_tokens: = 2 * 3 } }] }";
    const baseline = "{ knobs: { draft_config: { method: ngram, num_draft_tokens: = 1 + load.concurrency } } }";
    const { experiments, contrasts, faults } = expanded({ workloads: closed, baseline, design });
    expect(faults).toEqual([]);
    expect(experiments.map(({ knobs }) => knobs["draft_config"])).toEqual([
      { method: "ngram", num_draft_tokens: 2 },
      { method: "ngram", num_draft_tokens: 6 },
    ]);
    expect(experiments[1]!.computed).toEqual({ "draft_config.num_draft_tokens": "2 * 3" });
    expect(contrasts[0]!.changed).toEqual({ draft_config: { method: "ngram", num_draft_tokens: 6 } });
  });

  it("are what a contrast changes: also what follows from a row, and not what comes to the same", () => {
    const baseline = "{ knobs: { max_num_seqs: 16, max_num_batched_tokens: = 128 * max_num_seqs } }";
    const design = `{ kind: isolation, changes: [
      { id: more, set: { max_num_seqs: = 8 * 8 } }, { id: same, set: { max_num_seqs: = 4 * 4, dtype: float16 } } ] }`;
    const workloads =
      "[{ workload: w, scenario: closed, load: { concurrency: = max_num_seqs / 4 }, dataset: { kind: synthetic } }]";
    const { contrasts } = expanded({ workloads, baseline, design });
    expect(contrasts.map(({ changed }) => changed)).toEqual([
      { max_num_seqs: 64, max_num_batched_tokens: 8192, "load.concurrency": 16 },
      { dtype: "float16" },
    ]);
  });

  it("stand in the names of points without blanks", () => {
    const more = "sweep: { load.concurrency: [= 2 * 2, 8] }\n";
    const { experiments } = expanded({ workloads: closed, design: one, more });
    expect(experiments.map(({ labels }) => labels.name)).toContain("baseline·c=2*2");
  });

  it("may follow each other, and not themselves", () => {
    const of = (baseline: string) => expanded({ workloads: closed, design: one, baseline });
    const chained = of(
      "{ knobs: { max_num_seqs: = 2 * max_num_batched_tokens, max_num_batched_tokens: = 16 * load.concurrency } }",
    );
    expect(chained.experiments[0]!.knobs).toMatchObject({ max_num_seqs: 32, max_num_batched_tokens: 16 });
    const circular = of(
      "{ knobs: { max_num_seqs: = max_num_batched_tokens, max_num_batched_tokens: = max_num_seqs } }",
    );
    expect(circular.faults[0]!.why).toBe("`max_num_seqs` is computed from itself");
  });
});
