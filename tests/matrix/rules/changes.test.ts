import { describe, expect, it } from "vitest";
import { combination, found, isolation, oneStep, stacked } from "../study-fixture.ts";

describe("already-made", () => {
  const code = "already-made";

  it("names the step that set the value", () => {
    const design = stacked("{ id: one, set: { dtype: float16 } }", "{ id: two, set: { dtype: float16 } }");
    const [one] = found(code, { design });
    expect(one).toMatchObject({ severity: "error", at: "dtype" });
    expect(one?.message).toBe('step `one` has set `dtype: "float16"` already');
  });

  it("leaves a third value alone, and a step that was skipped", () => {
    const third = stacked("{ id: one, set: { dtype: float16 } }", "{ id: two, set: { dtype: bfloat16 } }");
    const skipped = stacked("{ id: one, skip: no, set: { dtype: float16 } }", "{ id: two, set: { dtype: float16 } }");
    expect([...found(code, { design: third }), ...found(code, { design: skipped })]).toEqual([]);
  });

  it("is no matter of isolation, where no change stands on another", () => {
    const changes = "{ id: a, set: { dtype: float16 } }, { id: b, set: { dtype: float16 } }";
    expect(found(code, { design: `{ kind: isolation, changes: [${changes}] }` })).toEqual([]);
  });
});

describe("undoes-earlier", () => {
  const code = "undoes-earlier";

  const off = "{ id: off, set: { enable_prefix_caching: false } }";

  it("names the step that it takes back", () => {
    const [one] = found(code, { design: stacked(off, "{ id: on, set: { enable_prefix_caching: true } }") });
    expect(one).toMatchObject({ severity: "error", at: "enable_prefix_caching" });
    expect(one?.message).toBe("step `off` moved `enable_prefix_caching`, and this sets it back to true");
  });

  it("knows the baseline's value and a knob that is unset", () => {
    const more = "{ id: more, set: { max_num_seqs: 64 } }";
    expect(found(code, { design: stacked(more, "{ id: less, set: { max_num_seqs: 16 } }") })).toHaveLength(1);
    const unset = found(code, { design: stacked(off, "{ id: on, set: { enable_prefix_caching: null } }") });
    expect(unset[0]?.message).toContain("takes it out again");
  });

  it("accepts a third value", () => {
    const design = stacked("{ id: more, set: { max_num_seqs: 64 } }", "{ id: most, set: { max_num_seqs: 128 } }");
    expect(found(code, { design })).toEqual([]);
  });
});

describe("changes-nothing", () => {
  const code = "changes-nothing";

  it("finds the baseline's value", () => {
    const [one] = found(code, { design: isolation("{ id: a, set: { max_num_seqs: 16 } }") });
    expect(one).toMatchObject({ severity: "error", at: "max_num_seqs" });
    expect(one?.message).toContain("baseline `baseline` has it already");
  });

  it("looks at what comes of an expression", () => {
    const workloads =
      "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, input_tokens: 8 } }]";
    const of = (own: string, row: string, more = "") =>
      found(code, {
        workloads,
        baseline: `{ knobs: { max_num_seqs: ${own} } }`,
        design: isolation(`{ id: a, set: { max_num_seqs: ${row} } }`),
        more,
      }).map(({ at }) => at);
    expect(of("16", "= 8 * 2")).toEqual(["max_num_seqs"]);
    expect(of("= 8 * 2", "16")).toEqual(["max_num_seqs"]);
    expect(of("= 4 * load.concurrency", "= 2 * dataset.input_tokens")).toEqual(["max_num_seqs"]);
    expect(of("null", "= 128 * 2")).toEqual(["max_num_seqs"]);
    expect(of("16", "= 8 * 3")).toEqual([]);
    expect(of("16", "= 4 * load.concurrency", "sweep: { load.concurrency: [4, 8] }\n")).toEqual([]);
  });

  it("finds the engine's default where nothing sets the knob", () => {
    const [one] = found(code, oneStep("enable_prefix_caching: true"));
    expect(one?.message).toContain("pocket 0.32.0 does that when it is not set");
    expect(one?.hint).toMatch(/^baseline `baseline` measures .* into `baseline.knobs`, and take this row out$/);
    const beside = oneStep("enable_prefix_caching: true, dtype: half");
    expect(found(code, beside)[0]?.hint).toMatch(/take it out here$/);
  });

  it("finds the baseline's value under another name", () => {
    const baseline = "{ knobs: { cache_format: fp8 } }";
    const of = (value: string) =>
      found(code, { baseline, design: isolation(`{ id: a, set: { cache_format: ${value} } }`) });
    expect(of("fp8_e4m3")).toMatchObject([{ severity: "error", at: "cache_format" }]);
    expect(of("auto")).toEqual([]);
  });

  it("finds the workload's own load", () => {
    const workloads = "[{ dataset: { kind: synthetic, profile: chat }, load: { batch_size: 8 } }]";
    const [one] = found(code, { workloads, design: isolation("{ id: a, set: { load.batch_size: 8 } }") });
    expect(one?.message).toContain("the workload does that");
  });

  it("finds a row that sets nothing", () => {
    expect(found(code, { design: isolation("{ id: a, set: {} }") })[0]).toMatchObject({ at: "set" });
  });

  it("leaves real changes, unknown defaults and skipped rows alone", () => {
    const rows = ["{ id: a, set: { max_num_seqs: 256 } }", "{ id: b, set: { quantization: fp8 } }"];
    const skipped = '{ id: c, set: { max_num_seqs: 16 }, skip: "the default today" }';
    expect(found(code, { design: isolation(...rows, skipped) })).toEqual([]);
  });
});

describe("compound-change", () => {
  const code = "compound-change";

  describe("compound-change", () => {
    const two = "dtype: float16, enable_prefix_caching: false";

    it("points at the second knob", () => {
      const [one] = found(code, { design: stacked(`{ id: both, set: { ${two} } }`) });
      expect(one).toMatchObject({ severity: "error", at: "enable_prefix_caching" });
      expect(one?.message).toContain("moves 2 knobs at once: `dtype`, `enable_prefix_caching`");
    });

    it("accepts a reason", () => {
      expect(found(code, { design: stacked(`{ id: both, set: { ${two} }, compound: "one feature" }`) })).toEqual([]);
    });

    it("counts only what moves", () => {
      const design = stacked("{ id: one, set: { dtype: float16, max_num_seqs: 16 } }");
      expect(found(code, { design })).toEqual([]);
    });

    it("does not ask it of the cells of a factorial", () => {
      const factors = "{ dtype: [float16, bfloat16], enable_prefix_caching: [true, false] }";
      expect(found(code, { design: `{ kind: combination, factors: ${factors} }` })).toEqual([]);
    });

    it("is said once of rows that move the same knobs, with the axis that they may be", () => {
      const row = (seqs: number, tokens: number) =>
        `{ id: s${seqs}t${tokens}, set: { max_num_seqs: ${seqs}, max_num_batched_tokens: ${tokens} } }`;
      const [one, ...others] = found(code, { design: isolation(row(64, 2048), row(128, 2048), row(256, 4096)) });
      expect(others).toEqual([]);
      expect(one?.message).toContain("row `s64t2048` (and 2 more) moves 2 knobs at once");
      expect(one?.hint).toContain(
        "factors: { NAME: [{ id: s64t2048, max_num_seqs: 64, max_num_batched_tokens: 2048 }, …] }",
      );
    });
  });

  it("takes an engine with its version, and a model with its tokenizer, as one change", () => {
    const rows = [
      "{ id: engine, set: { sut.version: 0.33.0, sut.engine: pocket-cpu } }",
      "{ id: model, set: { sut.model: other, sut.revision: abc, sut.tokenizer: other } }",
      "{ id: both, set: { sut.version: 0.33.0, sut.model: other } }",
    ];
    const messages = found("compound-change", { design: isolation(...rows) }).map(({ message }) => message);
    expect(messages).toEqual(["row `both` moves 2 knobs at once: `sut.version`, `sut.model`"]);
  });
});

describe("collateral", () => {
  const code = "collateral";

  it("warns of what else moves, and how to pin it", () => {
    const [one] = found(code, { design: stacked("{ id: more, set: { max_num_seqs: 64 } }") });
    expect(one).toMatchObject({ severity: "warning", at: "max_num_seqs", hint: "set kv_cache_memory_bytes" });
    expect(one?.message).toContain("also moves CUDA graph sizes, KV cache capacity: graph sizes follow the batch");
  });

  it("heeds the conditions of the coupling", () => {
    const baseline = "{ knobs: { enable_chunked_prefill: false } }";
    const on = stacked("{ id: on, set: { enable_chunked_prefill: true } }");
    expect(found(code, { baseline, design: on })).toEqual([]);
    expect(found(code, { design: stacked("{ id: off, set: { enable_chunked_prefill: false } }") })).toHaveLength(1);
  });

  it("is silent where the knob that would move is pinned", () => {
    const baseline = "{ knobs: { max_num_batched_tokens: 4096 } }";
    const off = stacked("{ id: off, set: { enable_chunked_prefill: false } }");
    expect(found(code, { baseline, design: off })).toEqual([]);
  });

  it("says nothing of the baseline", () => {
    expect(found(code, {})).toEqual([]);
  });

  it("is said once for each rule of the engine, however many rows move the knob, in every kind of design", () => {
    const rows = [32, 64, 128].map((count) => `{ id: s${count}, set: { max_num_seqs: ${count} } }`);
    expect(found(code, { design: isolation(...rows) }).map(({ message }) => message)).toEqual([
      expect.stringContaining("row `s32` (and 2 more): changing `max_num_seqs`"),
    ]);
    expect(found(code, { design: stacked(...rows) })).toHaveLength(1);
    expect(found(code, { design: combination("") })).toHaveLength(1);
  });

  it("warns of what is computed from what a row moves, at the expression", () => {
    const of = (batched: string, set: string) =>
      found(code, {
        workloads: "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic } }]",
        baseline: `{ knobs: { max_num_seqs: 16, max_num_batched_tokens: ${batched} } }`,
        design: isolation(`{ id: a, set: { ${set} } }`, "{ id: b, set: { max_num_seqs: 32 } }"),
      }).filter(({ message }) => message.includes("computed"));
    const [one, ...more] = of("= 128 * max_num_seqs", "max_num_seqs: 64");
    expect(more).toEqual([]);
    expect(one).toMatchObject({ severity: "warning", at: "= 128 * max_num_seqs" });
    expect(one?.message).toBe(
      "row `a` (and 1 more) also moves `max_num_batched_tokens`, which is computed: `= 128 * max_num_seqs`",
    );
    expect(of("= 128 * max_num_seqs", "dtype: float16")[0]?.message).toContain("row `b` also moves");
    expect(of("= 128 * load.concurrency", "max_num_seqs: 64")).toEqual([]);
  });

  it("looks into the map of a knob, and at a member that is set by its path", () => {
    expect(found(code, oneStep("draft_config: { method: eagle3, num_draft_tokens: 2 }"))).toEqual([]);
    const [ngram] = found(code, oneStep("draft_config: { method: ngram, num_draft_tokens: 2 }"));
    expect(ngram?.message).toContain("also moves async scheduling");
    expect(found(code, oneStep("draft_config.method: suffix"))).toHaveLength(1);
  });
});

describe("inert-knob", () => {
  const code = "inert-knob";

  const besideBytes = "{ knobs: { kv_cache_memory_bytes: 1000000 } }";

  it("warns of a knob that does nothing on the system at all", () => {
    const [one] = found(code, { design: stacked("{ id: a, set: { stream_interval: 4 } }") });
    expect(one).toMatchObject({ severity: "warning", at: "stream_interval" });
    expect(one?.message).toContain("the client reads every chunk");
  });

  it("warns of a change beside what makes it inert", () => {
    const design = stacked("{ id: a, set: { gpu_memory_utilization: 0.8 } }");
    const [one] = found(code, { baseline: besideBytes, design });
    expect(one).toMatchObject({ severity: "warning", at: "gpu_memory_utilization" });
    expect(one?.message).toContain("does nothing in row `a` beside `kv_cache_memory_bytes`");
    expect(found(code, { design })).toEqual([]);
  });

  it("warns of a baseline that says both, once", () => {
    const baseline = "{ knobs: { kv_cache_memory_bytes: 1000000, gpu_memory_utilization: 0.8 } }";
    expect(found(code, { baseline })).toMatchObject([{ at: "gpu_memory_utilization" }]);
  });
});

describe("cannot-run", () => {
  const code = "cannot-run";
  const baseline = "{ knobs: { max_num_batched_tokens: 512, max_model_len: 1024 } }";

  it("fills in the engine's defaults and says what to do instead", () => {
    const design = stacked("{ id: off, set: { enable_chunked_prefill: false } }");
    const [one] = found(code, { baseline, design });
    const hint = "raise max_num_batched_tokens";
    expect(one).toMatchObject({ severity: "error", at: "enable_chunked_prefill", hint });
    expect(one?.message).toContain("row `off` cannot run");
  });

  it("looks at what comes of an expression, of each cell", () => {
    const design = stacked("{ id: few, set: { max_num_batched_tokens: = 128 * load.concurrency } }");
    const own = "{ knobs: { enable_chunked_prefill: false, max_num_batched_tokens: 2048, max_model_len: 1024 } }";
    const workloads = "[{ scenario: closed, load: { concurrency: 16 }, dataset: { kind: synthetic } }]";
    expect(found(code, { baseline: own, design, workloads })).toEqual([]);
    const more = "sweep: { load.concurrency: [16, 4, 2] }\n";
    const all = found(code, { baseline: own, design, workloads, more });
    expect(all).toMatchObject([{ at: "max_num_batched_tokens" }]);
    expect(all[0]?.message).toMatch(/^row `few` cannot run/);
  });

  it("is said once, at the step that brings it about", () => {
    const steps = ["{ id: off, set: { enable_chunked_prefill: false } }", "{ id: f16, set: { dtype: float16 } }"];
    const all = found(code, { baseline, design: stacked(...steps) });
    expect(all).toHaveLength(1);
    expect(all[0]?.message).toContain("row `off` (and 1 more)");
  });

  it("is said once for all cells of a factorial, at the factor", () => {
    const factors = "{ enable_chunked_prefill: [true, false], dtype: [float16, bfloat16, auto] }";
    const all = found(code, { baseline, design: `{ kind: combination, factors: ${factors} }` });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ at: "enable_chunked_prefill" });
    expect(all[0]?.message).toContain("(and 2 more)");
  });

  it("lets a row be where the condition needs a value that is not set", () => {
    const design = stacked("{ id: off, set: { enable_chunked_prefill: false } }");
    expect(found(code, { design })).toEqual([]);
  });

  it("leaves alone what commands before the start may bring, where there are some", () => {
    const design = stacked("{ id: two, set: { nodes: 2 } }");
    expect(found(code, { design })).toMatchObject([{ at: "nodes", hint: "set `nodes: 1`" }]);
    const sut = "{ engine: pocket, model: m, before_launch: [[ssh, node2, start]] }";
    expect(found(code, { sut, design })).toEqual([]);
  });
});
