import { describe, expect, it } from "vitest";
import { diagnose, faultsIn, found, isolation, matrix, oneStep, stacked } from "../study-fixture.ts";

describe("not-a-choice", () => {
  const code = "not-a-choice";

  it("names the nearest choice and all of them", () => {
    const [one] = found(code, oneStep("dtype: bfloat"));
    expect(one).toMatchObject({ severity: "error", at: "bfloat" });
    expect(one?.hint).toBe("did you mean `bfloat16`? choices: auto, float16, bfloat16");
  });

  it("only warns where the list is open", () => {
    expect(found(code, oneStep("quantization: mine"))).toMatchObject([{ severity: "warning", at: "mine" }]);
  });

  it("looks at the items of a list, at numbers that are listed, at load knobs", () => {
    expect(found(code, oneStep("capture_sizes: [small, huge]"))[0]?.message).toContain('"huge"');
    expect(found(code, oneStep("max_lora_rank: 9"))[0]?.message).toContain("cannot be 9");
    expect(found(code, oneStep("load.order: backwards"))[0]?.hint).toContain("shortest_first");
  });

  it("accepts choices", () => {
    for (const knob of ["dtype: float16", "max_lora_rank: 16", "max_model_len: 4096", "capture_sizes: [large]"]) {
      expect(found(code, oneStep(knob))).toEqual([]);
    }
  });
});

it("an empty list, of which nothing would reach the engine, is refused", () => {
  expect(found("wrong-type", oneStep("capture_sizes: []"))).toMatchObject([
    { at: "[]", hint: expect.stringContaining("take the knob back with null") },
  ]);
  // Within a map it does reach it.
  expect(found("wrong-type", oneStep("draft_config: { extra: [] }"))).toEqual([]);
});

describe("a switch", () => {
  it.each([
    ["yes", "write `true` without quotes"],
    ["off", "write `false` without quotes"],
    ['"True"', "write `true` without quotes"],
    ["1", "write `true` without quotes"],
    ["maybe", "write true or false without quotes"],
  ])("is told what %s means", (written, hint) => {
    expect(found("wrong-type", oneStep(`enable_prefix_caching: ${written}`))).toMatchObject([{ hint }]);
    const workloads = `[{ unique: ${written}, dataset: { kind: synthetic, profile: chat } }]`;
    if (written !== "maybe") expect(found("wrong-type", { workloads })).toMatchObject([{ hint }]);
  });
});

describe("out-of-range", () => {
  const code = "out-of-range";

  it("says the range", () => {
    const [one] = found(code, oneStep("gpu_memory_utilization: 1.5"));
    expect(one).toMatchObject({ severity: "error", at: "1.5" });
    expect(one?.message).toContain("at least 0 and at most 1, not 1.5");
  });

  it("knows limits that are not themselves allowed", () => {
    expect(found(code, oneStep("sampling.top_p: 0"))[0]?.message).toContain("above 0 and at most 1");
    expect(found(code, oneStep("load.batch_size: 0"))).toHaveLength(1);
  });

  it("looks at each value of a factor and of a sweep", () => {
    const design = "{ kind: combination, factors: { max_num_seqs: [0, 8, -1] } }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["0", "-1"]);
    expect(found(code, { more: "sweep: { load.concurrency: [0] }" })).toHaveLength(1);
  });

  const closed =
    "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, input_tokens: 8 } }]";

  it("looks at what comes of an expression, at its place", () => {
    const [one, ...more] = found(code, { ...oneStep('max_num_seqs: "= 8 - 16"'), workloads: closed });
    expect(more).toEqual([]);
    expect(one).toMatchObject({ severity: "error", at: '"= 8 - 16"' });
    expect(one?.message).toBe("`max_num_seqs` must be at least 1, not -8 (`= 8 - 16` in `a`)");
    const sweep = "sweep: { load.concurrency: [= 0 - max_num_seqs, 8] }\n";
    expect(found(code, { workloads: closed, more: sweep }).map(({ at }) => at)).toEqual(["= 0 - max_num_seqs"]);
    const member = "{ knobs: { draft_config: { num_draft_tokens: = 3 - load.concurrency } } }";
    expect(found(code, { workloads: closed, baseline: member })).toMatchObject([{ at: "= 3 - load.concurrency" }]);
    expect(found(code, { ...oneStep("draft_config.num_draft_tokens: = 0 * 2"), workloads: closed })).toHaveLength(1);
  });

  it.each(["load: { concurrency: VALUE }", "counts: { screen: { requests: VALUE } }", "deadline_s: VALUE"])(
    "looks at a computed member of a workload: %s",
    (member) => {
      const written = member.replace("VALUE", "= 4 - 9");
      const workloads = `[{ workload: w, scenario: closed, dataset: { kind: synthetic }, ${written} }]`;
      const [one, ...more] = found(code, { workloads });
      expect(more).toEqual([]);
      expect(one).toMatchObject({ severity: "error", at: "= 4 - 9" });
      expect(one?.message).toContain("not -5 (`= 4 - 9` in `baseline`)");
    },
  );

  it("accepts the limits", () => {
    expect([...found(code, oneStep("gpu_memory_utilization: 1")), ...found(code, oneStep("max_num_seqs: 1"))]).toEqual(
      [],
    );
  });
});

describe("wrong-type", () => {
  const code = "wrong-type";

  it.each([
    ["max_num_seqs: 8.5", "8.5", "takes a whole number, not 8.5"],
    ["max_num_seqs: '8'", "'8'", 'takes a whole number, not "8"'],
    ["gpu_memory_utilization: high", "high", "takes a number"],
    ["enable_prefix_caching: 'false'", "'false'", "takes true or false"],
    ["served_model_name: 7", "7", "takes a text"],
    ["dtype: true", "true", "takes one of its choices"],
    ["compilation_config: 3", "3", "takes a map or a list"],
    ["capture_sizes: 3", "3", "takes a list"],
    ["load.batch_size: many", "many", "takes a whole number"],
  ])("finds %s", (knob, at, message) => {
    const [one] = found(code, oneStep(knob));
    expect(one).toMatchObject({ severity: "error", at });
    expect(one?.message).toContain(message);
  });

  it("looks at what comes of an expression, also of a workload", () => {
    const of = (lengths: string) =>
      found(code, {
        baseline: "{ knobs: { max_num_seqs: = load.concurrency / 3 } }",
        workloads: `[{ scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, output_tokens: ${lengths} } }]`,
      });
    const [knob, member] = of("= load.concurrency / 8");
    expect(knob?.message).toBe(
      "`max_num_seqs` takes a whole number, not 1.3333333333333333 (`= load.concurrency / 3` in `baseline`)",
    );
    expect(member).toMatchObject({ severity: "error", at: "= load.concurrency / 8" });
    expect(member?.message).toContain("`output_tokens` takes a whole number or a map, not 0.5");
    expect(of("= load.concurrency / 2")).toHaveLength(1);
  });

  it("accepts what the knob takes, words beside a number, and null", () => {
    for (const knob of [
      "max_model_len: auto",
      "max_model_len: 1024",
      "compilation_config: { mode: 3 }",
      "dtype: null",
    ]) {
      expect(found(code, oneStep(knob))).toEqual([]);
    }
  });

  it("says it of a range once, however many of its points are wrong", () => {
    const more = "sweep: { load.batch_size: { from: 1, to: 200, factor: 1.5 } }";
    const all = found(code, { more });
    expect(all).toMatchObject([{ at: "1.5" }]);
    expect(all[0]?.message).toBe("`load.batch_size` takes a whole number, not 1.5");
    expect(found(code, { more: more.replace("from: 1,", "from: 0.5,") })).toMatchObject([{ at: "0.5" }]);
    const text = "{ kind: combination, factors: { enable_prefix_caching: { from: 1, to: 4, step: 1 } } }";
    expect(found(code, { design: text })).toMatchObject([{ at: "{ from: 1, to: 4, step: 1 }" }]);
  });
});

describe("computed-value", () => {
  const code = "computed-value";
  const workloads =
    "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, profile: chat } }]";

  it.each([
    ["= 2 * load.rate", "nothing sets `load.rate`"],
    ["= max_num_seqs", "`max_num_seqs` is computed from itself"],
    ["= 2 *", "it ends too early"],
    ["= dataset.input_tokens", "nothing sets `dataset.input_tokens`"],
  ])("finds what cannot be computed: %s", (value, why) => {
    const all = found(code, { workloads, baseline: `{ knobs: { max_num_seqs: "${value}" } }` });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ severity: "error", at: `"${value}"` });
    expect(all[0]!.message).toContain(why);
  });

  it.each([
    ["= 2 * max_num_seq", "did you mean `max_num_seqs`?"],
    ["= 2 * load.rate", "set it in the workload, or by an axis"],
    ["= 2 * dataset.output_tokens", "set it in the workload, or by an axis"],
    ["= 2 * dataset.input_token", "did you mean `dataset.input_tokens`?"],
    ["= 2 * max_model_len", "set it in `baseline: { knobs: { max_model_len: … } }`"],
  ])("says what to do about a name without a value: %s", (value, hint) => {
    const computed = workloads.replace("concurrency: 4", `concurrency: ${value}`);
    expect(found(code, { workloads: computed, baseline: "{ knobs: {} }" })[0]?.hint).toContain(hint);
  });

  it("is said where it is, and not of what is computed from it or comes to the same for lack of it", () => {
    const baseline = "{ knobs: { max_num_seqs: = 2 *, max_num_batched_tokens: = 4 * max_num_seqs } }";
    const design = isolation("{ id: a, set: { max_model_len: = load.rate } }");
    expect(faultsIn({ workloads, baseline, design })).toMatchObject([
      { code, at: "= 2 *" },
      { code, at: "= load.rate" },
    ]);
    const alike = "{ knobs: { max_num_seqs: = 2 *, max_num_batched_tokens: = 2 * } }";
    expect(found(code, { workloads, baseline: alike })).toHaveLength(2);
  });

  it("points at a member of the workload", () => {
    const counted = workloads.replace("}]", ", counts: { screen: { requests: = 10 * nothing } } }]");
    const [one] = found(code, { workloads: counted.replace("chat } , counts", "chat }, counts") });
    expect(one).toMatchObject({ at: "= 10 * nothing" });
  });

  it("says nothing of what can be", () => {
    expect(found(code, { workloads, baseline: "{ knobs: { max_num_seqs: = 2 * load.concurrency } }" })).toEqual([]);
  });
});

describe("length-over-model", () => {
  const of = (parts: Parameters<typeof matrix>[0], modelLength?: number) =>
    diagnose({ "matrices/a.yaml": matrix(parts) }, modelLength === undefined ? {} : { modelLength }).filter(
      ({ severity }) => severity === "error",
    );

  const long = { design: isolation("{ id: long, set: { max_model_len: 8192 } }") };

  it("says of a row that it asks for more tokens than the model was made for", () => {
    const [one, ...more] = of(long, 4096);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ code: "length-over-model", severity: "error" });
    expect(one?.message).toBe(
      "row `long` asks for max_model_len 8192, and the model was made for 4096 (its config.json)",
    );
  });

  it("says nothing where it fits, where the length is unknown, and where the bound is lifted", () => {
    expect(of(long, 16384)).toEqual([]);
    expect(of(long, 8192).map(({ code }) => code)).toEqual(["changes-nothing"]);
    expect(of(long)).toEqual([]);
    expect(of({ baseline: "{ knobs: { env.POCKET_ANY_LENGTH: '1' } }", ...long }, 4096)).toEqual([]);
  });

  it("the model's own length is what a row has that sets none", () => {
    const batch = {
      design: isolation("{ id: b, compound: x, set: { enable_chunked_prefill: false, max_num_batched_tokens: 2048 } }"),
    };
    expect(of(batch).map(({ code }) => code)).toEqual([]);
    expect(of(batch, 4096).map(({ code }) => code)).toEqual(["cannot-run"]);
  });
});

describe("too-many-gpus", () => {
  const code = "too-many-gpus";

  const system = "{ engine: pocket, model: m, devices: [0, 1] }";
  const four = stacked("{ id: tp, compound: x, set: { tensor_parallel_size: 2, pipeline_parallel_size: 2 } }");

  it("multiplies the knobs that take GPUs", () => {
    const [one] = found(code, { sut: system, design: four });
    expect(one).toMatchObject({ severity: "error", at: "tensor_parallel_size" });
    expect(one?.message).toBe("row `tp` needs 4 GPUs, and sut.devices has 2");
  });

  it("counts a device that is named twice once", () => {
    const design = stacked("{ id: tp, set: { tensor_parallel_size: 2 } }");
    expect(found(code, { sut: "{ engine: pocket, model: m, devices: [0, 0] }", design })).toMatchObject([
      { message: "row `tp` needs 2 GPUs, and sut.devices has 1" },
    ]);
  });

  it("leaves the machine to say how many there are where no devices are named", () => {
    expect(found(code, { design: four })).toEqual([]);
    expect(found(code, { sut: system, design: stacked("{ id: tp, set: { tensor_parallel_size: 2 } }") })).toEqual([]);
  });

  it("looks at the devices that a row names, and at computed values", () => {
    const [one] = found(code, {
      sut: system,
      design: stacked("{ id: few, compound: x, set: { tensor_parallel_size: 2, sut.devices: [0] } }"),
    });
    expect(one?.message).toBe("row `few` needs 2 GPUs, and sut.devices has 1");
    const computed = found(code, {
      sut: system,
      design: stacked(
        '{ id: tp, compound: x, set: { pipeline_parallel_size: 2, tensor_parallel_size: "= 2 * pipeline_parallel_size" } }',
      ),
    });
    expect(computed.map(({ message }) => message)).toEqual(["row `tp` needs 8 GPUs, and sut.devices has 2"]);
  });

  it("tells the rows of one system from those of another", () => {
    const systems = "systems: [{ id: small }, { id: large, knobs: { tensor_parallel_size: 4 } }]\n";
    const messages = found(code, { sut: system, more: systems }).map(({ message }) => message);
    expect(messages).toEqual(["row `baseline@large` (and 1 more) needs 4 GPUs, and sut.devices has 2"]);
  });
});
