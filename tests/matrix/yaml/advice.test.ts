import { describe, expect, it } from "vitest";
import { adviceOnKey, adviceOnSetting } from "../../../src/matrix/yaml/advice.ts";
import { diagnose, found, isolation, matrix, oneStep } from "../study-fixture.ts";

const knobs = new Set([
  "max_num_seqs",
  "tensor_parallel_size",
  "max_num_batched_tokens",
  "enable_expert_parallel",
  "enable_prefix_caching",
  "enforce_eager",
]);
const has = (setting: string) =>
  knobs.has(setting) ||
  /^(load\.(concurrency|rate|batch_size|max_in_flight)|dataset\.(in|out)put_tokens|sampling\.max_tokens)$/.test(
    setting,
  );

describe("a setting that is none", () => {
  it.each([
    ["tp", "is a word of vLLM", "here it is `tensor_parallel_size`"],
    ["isl", "is a word of InferenceX", "here it is `dataset.input_tokens`"],
    ["--random-output-len", "is a word of", "here it is `dataset.output_tokens`"],
    ["num_users", "is a word of", "here it is `load.concurrency`"],
    ["max_concurrency", "is a word of", "`load.concurrency` or `load.max_in_flight`: the first is of a closed loop"],
    ["disable_radix_cache", "is a word of SGLang", "the other way round: false where `disable_radix_cache` is true"],
    ["cuda_graph", "is a word of", "here it is `enforce_eager`, the other way round"],
    ["request_rate", "is a word of", "here it is `load.rate`"],
    ["max_batch_tokens", "is a word of", "here it is `max_num_batched_tokens`"],
    ["max_new_tokens", "is a word of", "here it is `sampling.max_tokens`"],
    ["ep", "is a word of", "here it is `enable_expert_parallel`: it is true or false"],
    ["batch_size", "is a word of", "`max_num_seqs` or `load.batch_size`: the first bounds the engine's batch"],
    ["num_prompts", "is a word of", "`counts: { screen: { requests: … } }` of a workload"],
    ["load.num_prompts", "is a word of", "`counts: { screen: { requests: … } }` of a workload"],
    ["num_runs", "is a word of", "`repeats: …` at the top of the matrix"],
    ["model", "is a setting of `sut`", "write `sut.model`"],
    ["version", "is a setting of `sut`", "write `sut.version`"],
    ["extra_args", "is a setting of `sut`", "write `sut.extra_args`"],
    ["concurrency", "is a setting of `load`", "write `load.concurrency`"],
    ["temperature", "is a setting of `sampling`", "write `sampling.temperature`"],
    ["input_tokens", "is a setting of `dataset`", "write `dataset.input_tokens`"],
    ["repeats", "belongs to the top of the matrix", "write `repeats: …` there: it holds for every row"],
    ["warmup.requests", "belongs to a workload", "write `warmup: { requests: … }` in the workload"],
    ["slo.ttft_ms", "belongs to a workload", "write `slo: { ttft_ms: … }` in the workload"],
    ["scenario", "belongs to a workload", "write `scenario: …` in the workload"],
    ["engine.max_num_seqs", "stands without `engine.`", "write `max_num_seqs`"],
    ["prefix_caching_config.max_num_seqs", "stands without `prefix_caching_config.`", "write `max_num_seqs`"],
    ["max_num_config.seqs", "is not how it is spelled in a matrix", "write `max_num_seqs`"],
    ["max.num_tokens", "is a word of", "here it is `max_num_batched_tokens`"],
  ])("%s", (name, message, hint) => {
    const advice = adviceOnSetting(name, has);
    expect(advice?.message).toContain(message);
    expect(advice?.hint).toContain(hint);
  });

  it("nobody knows gets none, and a word whose setting the engine lacks says so", () => {
    expect(adviceOnSetting("warp_drive", has)).toBeNull();
    expect(adviceOnSetting("constructor", has)).toBeNull();
    expect(adviceOnSetting("page_size", has)).toEqual({
      message: null,
      hint: "`page_size` of SGLang and TensorRT-LLM is `block_size`, which this engine does not have",
    });
  });
});

describe("a key that a map does not take", () => {
  const row = ["id", "label", "set", "compound", "sweep", "skip"];
  const workload = ["use", "workload", "scenario", "dataset", "load", "sampling", "warmup", "counts"];

  it.each([
    [
      "repeats",
      "/design/changes/0",
      row,
      "it belongs to the top of the matrix: `repeats: …`, where it holds for every row",
    ],
    ["workloads", "/design/changes/0", row, "`exclude` leaves a row out of a workload"],
    ["extra_args", "/design/changes/0", row, "write `set: { sut.extra_args: … }`"],
    ["max_num_seqs", "/design/changes/0", row, "write `set: { max_num_seqs: … }`"],
    ["max_num_seqs", "/baseline", ["use", "id", "knobs"], "write `knobs: { max_num_seqs: … }`"],
    ["rate", "/workloads/0", workload, "write `load: { rate: … }`"],
    ["isl", "/workloads/0", workload, "here it is `dataset: { input_tokens: … }` of a workload"],
    ["max_concurrency", "/workloads/0/load", ["rate"], "or `load: { max_in_flight: … }` of a workload: the first"],
    ["tp", "/design/changes/0", row, "here it is `set: { tensor_parallel_size: … }`"],
    [
      "tp",
      "/sut",
      ["engine", "model"],
      "the knob `tensor_parallel_size`: `baseline: { knobs: { tensor_parallel_size: … } }`",
    ],
    ["warmup", "/workloads/0/load", ["rate"], "it belongs to the workload itself: `warmup: …`"],
    ["requests", "/workloads/0", workload, "write `warmup: { requests: … }` or `counts: { requests: … }`"],
    ["requests", "/workloads/0/load", ["rate"], "itself: `warmup: { requests: … }` or `counts: { requests: … }`"],
    ["size", "/workloads/0/dataset", ["kind", "images"], "write `images: { size: … }`"],
    ["count", "/workloads/0/dataset", ["kind", "images"], "choices: kind, images"],
    ["stop", "/workloads/0/sampling", ["temperature"], "stands in the workload: `extra_body: { stop: … }`"],
    ["no_repeat_ngram_size", "/workloads/0/sampling", ["temperature"], "`extra_body: { no_repeat_ngram_size: … }`"],
    ["max_new_tokens", "/workloads/0/sampling", ["temperature"], "max_tokens"],
    ["concurrency", "/workloads/0/sampling", ["temperature"], "`load: { concurrency: … }`"],
    ["engine", "", ["study", "sut", "baseline"], "it belongs to `sut:`: `sut: { engine: … }`"],
    ["workload", "", ["study", "sut", "workloads"], "did you mean `workloads`?"],
    ["tpot", "/workloads/0/slo", ["ttft_ms", "tpot_ms"], "write `tpot_ms: …`"],
    ["max_ttft_ms", "/workloads/0/slo", ["ttft_ms", "tpot_ms"], "write `ttft_ms: …`: an slo is for each request"],
    ["ttft", "/stop", ["ttft_p99_ms"], "a stop is for a figure of the trial: write `ttft_p99_ms: …`"],
    ["ttft_ms", "/stop", ["ttft_p99_ms"], "a stop is for a figure of the trial: write `ttft_p99_ms: …`"],
    ["p90_ttft_ms", "/stop", ["ttft_p90_ms"], "write `ttft_p90_ms: …`"],
    ["e2e_sched.p99.9", "/stop", ["e2e_sched_p99.9_ms"], "write `e2e_sched_p99.9_ms: …`"],
    ["nonsense", "/workloads/0", workload, "choices: use, workload"],
  ])("%s in %s", (key, pointer, known, hint) => {
    expect(adviceOnKey(key, pointer, known).hint).toContain(hint);
  });
});

describe("in a matrix", () => {
  it("what Ceteris sets itself is said, wherever it stands", () => {
    expect(found("unknown-knob", { baseline: "{ knobs: { port: 8000 } }" })).toMatchObject([
      { message: "`port` is not a knob here: Ceteris takes a free one", hint: "take it out" },
    ]);
    expect(found("unknown-knob", oneStep("--port: 8000"))).toHaveLength(1);
  });

  it("a name that nothing is near gets no list of knobs", () => {
    const [one] = found("unknown-knob", oneStep("flux_capacitor: 1"));
    expect(one?.hint).toContain("listed in sut/pocket.yaml");
    expect(one?.hint.length).toBeLessThan(200);
  });

  it("a sweep over what is no setting says where it belongs, and not that it is the engine's", () => {
    const all = diagnose({ "matrices/a.yaml": matrix({ more: "sweep: { slo.ttft_ms: [100, 200] }" }) });
    expect(all.map(({ code, message }) => [code, message])).toEqual([
      ["unknown-knob", "`slo.ttft_ms` belongs to a workload: no row, factor or axis sets it"],
    ]);
  });

  it("other words for a kind of design, a scenario and a dataset are known", () => {
    const design = "{ kind: grid, factors: { dtype: [float16] } }";
    const workloads = "[{ scenario: concurrency, dataset: { kind: random } }]";
    const hints = diagnose({ "matrices/a.yaml": matrix({ design, workloads }) }).map(({ hint }) => hint);
    expect(hints).toEqual([
      expect.stringContaining("here it is `combination`; choices: "),
      expect.stringContaining("here it is `closed`; choices: "),
      expect.stringContaining("here it is `synthetic`; choices: "),
    ]);
  });

  it("a row that repeats a name in several places is told once", () => {
    const design = isolation("{ id: a, set: { tp: 2 } }", "{ id: b, set: { tp: 4 } }");
    expect(found("unknown-knob", { design })).toMatchObject([
      { message: expect.stringContaining("(here and in another place)"), hint: "here it is `tensor_parallel_size`" },
    ]);
  });
});
