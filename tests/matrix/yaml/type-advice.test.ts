import { describe, expect, it } from "vitest";
import { adviceOnType } from "../../../src/matrix/yaml/type-advice.ts";
import { faultsIn } from "../study-fixture.ts";

describe("a value of the wrong type", () => {
  it("of `sut` that is a list is several systems, or a factor", () => {
    const hint = adviceOnType("/sut/engine", ["vllm", "sglang"]);
    expect(hint).toContain("`systems: [{ engine: vllm }, { engine: sglang }]`");
    expect(hint).toContain("a factor `sut.engine: [vllm, sglang]`");
    expect(adviceOnType("/repeats", [1])).toBeNull();
  });

  const closed = (members: string) => `[{ workload: w, scenario: closed, ${members} }]`;
  const made = "dataset: { kind: synthetic, profile: chat }";
  const ofLength = (length: string) =>
    closed(`load: { concurrency: 1 }, dataset: { kind: synthetic, input_tokens: ${length}, output_tokens: 8 }`);

  it.each([
    ["sweep: { load.concurrency: 32 }", "write a list: `[32]`"],
    ['sweep: { load.concurrency: "1, 2,4" }', "write `[1, 2, 4]`"],
    ["sweep: { load.concurrency: = 2 * 3 }", "what is computed from others stands in `baseline: { knobs: … }`"],
    ["sweep: { load.concurrency: 8..64 }", "write `{ from: 8, to: 64, factor: 2 }`"],
    ["smallest_effect: 5%", "write `0.05`, without a unit"],
    ['smallest_effect: "5%"', "write `0.05`, without quotes and without a unit"],
    ['repeats: "3"', "write `3`, without quotes"],
    ["repeats: 1_000", "write `1000`"],
    ["repeats: 1k", "write `1000` or `1024`"],
    ["systems: { a: { model: x }, b: { model: y } }", "`[{ id: a, … }, …]`"],
    ["peak: 64", "write `{ from: 64 }`"],
    ["exclude: ['max_num_seqs == 3']", "write a map of settings: `{ NAME: value }`"],
  ])("in %s is written as it was meant", (more, hint) => {
    const workloads = closed(`load: { concurrency: 1 }, ${made}`);
    expect(faultsIn({ workloads, more })).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  it.each([
    ["load: { concurrency: [1, 8] }", "an axis: `sweep: { load.concurrency: [1, 8] }`"],
    ["load: { concurrency: 2 * max_num_seqs }", "`= 2 * max_num_seqs`"],
    ["warmup: 32", "write `{ requests: 32 }`"],
    ["counts: { seconds: 2m }", "write `120`"],
    ["slo: { ttft_ms: 2s }", "write `2000`"],
  ])("in a workload with %s", (members, hint) => {
    const workloads = closed(`${made}, ${members}`);
    expect(faultsIn({ workloads })).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  it.each([
    ["100-200", "write `{ distribution: uniform, min: 100, max: 200 }`"],
    ["[512, 1024]", "an axis: `sweep: { dataset.input_tokens: [512, 1024] }`"],
  ])("as a length: %s", (length, hint) => {
    expect(faultsIn({ workloads: ofLength(length) })).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  it.each([
    ["{ kind: isolation, changes: { a: { dtype: float16 } } }", "`[{ id: a, set: { … } }, …]`"],
    ["{ kind: isolation, changes: [{ id: a, set: [dtype: float16] }] }", "write one map: `{ dtype: float16 }`"],
    ["{ kind: isolation, changes: ['max_num_seqs = 128'] }", "write `{ id: …, set: { max_num_seqs: 128 } }`"],
    ["", "write its members below it, indented, and first its `kind`: isolation, stacked,"],
    ["curve", "write `{ kind: curve }`"],
    ["ablation", "write `{ kind: isolation, changes: … }`"],
  ])("as a design: %s", (design, hint) => {
    expect(faultsIn({ design })).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  it.each([
    ["", "write its members below it, indented; it needs engine"],
    ["{ engine: pocket, model: m, devices: 0 }", "write a list: `[0]`"],
    ["{ engine: pocket, model: m, prefix: [taskset, -c, 3] }", 'write it in quotes, `"3"`'],
    ["{ engine: pocket, model: m, prefix: taskset -c 3 }", 'write a list: `[taskset, -c, "3"]`'],
    ['{ engine: pocket, model: m, extra_args: "--foo 3" }', 'write a list: `[--foo, "3"]`'],
    ["{ engine: pocket, model: m, before_launch: nvidia-smi -lgc }", "write a list: `[nvidia-smi, -lgc]`"],
    ["{ engine: pocket, model: m, before_launch: [nvidia-smi, -lgc] }", "of lists: `[[nvidia-smi, -lgc]]`"],
    ["{ engine: pocket, model: m, after_trial: [a -b 1, c] }", 'of lists: `[[a, -b, "1"], [c]]`'],
    ["{ engine: pocket, model: m, before_launch: [[a], b] }", "write a list: `[b]`"],
  ])("in sut: %s", (sut, hint) => {
    expect(faultsIn({ sut })).toMatchObject([{ hint: expect.stringContaining(hint) }]);
  });

  it("that is a number where a text is wanted keeps its digits", () => {
    expect(faultsIn({ sut: "{ engine: pocket, model: m, version: 0.10 }" })).toMatchObject([
      { message: "`version` takes a text, not 0.10", hint: 'write it in quotes, `"0.10"`: `version` is a text' },
    ]);
    const design = "{ kind: isolation, changes: [{ id: a, set: { sut.version: 0.30 } }] }";
    expect(faultsIn({ design })).toMatchObject([
      { message: "`sut.version` cannot be 0.30", hint: 'write it in quotes, `"0.30"`: it is a text' },
    ]);
    const [of] = faultsIn({ sut: "{ engine: pocket, model: m, version: [0.10, 0.30] }" });
    expect(of?.hint).toContain('`systems: [{ version: "0.10" }, { version: "0.30" }]`');
    expect(of?.hint).toContain('`sut.version: ["0.10", "0.30"]`');
    expect(faultsIn({ baseline: "{ knobs: { served_model_name: 1.10 } }" })).toMatchObject([
      { message: "`served_model_name` takes a text, not 1.10", hint: 'write it in quotes: "1.10"' },
    ]);
  });

  it.each([
    ["kv_cache_memory_bytes: 4G", "write `4000000000` or `4294967296`, without a unit"],
    ["kv_cache_memory_bytes: 4GiB", "write `4294967296`, without a unit"],
    ["max_num_seqs: many", "write the number in full"],
    ['max_num_seqs: "8 or 16"', "write the number in full and without quotes"],
    ["max_num_seqs: 99999999999999999999", "it is too large: write 9007199254740991 at most"],
  ])("of a knob: %s", (knob, hint) => {
    expect(faultsIn({ baseline: `{ knobs: { ${knob} } }` })).toMatchObject([{ code: "wrong-type", hint }]);
  });

  it("that is a map in quotes is written without them", () => {
    expect(faultsIn({ baseline: `{ knobs: { compilation_config: '{"mode": 3}' } }` })).toMatchObject([
      { hint: 'write the map itself, without quotes: `{"mode": 3}`' },
    ]);
  });

  it("that is a list of flags is a map of knobs", () => {
    expect(faultsIn({ baseline: '{ knobs: ["--dtype", "half"] }' })).toMatchObject([
      { hint: "write a map, with each flag by its name with underscores: `{ max_num_seqs: 64 }`" },
    ]);
  });

  it("that is an endless rate is another scenario, also on an axis", () => {
    expect(adviceOnType("/workloads/0/load/rate", "inf", { type: "number" })).toContain("`scenario: offline`");
    expect(adviceOnType("/load.rate", "inf", { type: "number" })).toContain("`scenario: offline`");
  });
});
