import { describe, expect, it } from "vitest";
import { commandLine } from "../../src/engine/command-line.ts";
import { classify } from "../../src/engine/failures.ts";
import { selectMetrics } from "../../src/engine/select-metrics.ts";
import { engineNamed, fixtureText } from "../support/engine-named.ts";

const engine = engineNamed("tensorrt-llm");
const unclassified = { class: "none", hint: "" };

it("passes what has no option of its own by --set, path and value as one argument", () => {
  const { argv } = commandLine({
    engine,
    model: "org/model",
    revision: null,
    tokenizer: null,
    devices: [],
    extraArgs: [],
    knobs: {
      max_batch_size: 64,
      enable_block_reuse: false,
      cuda_graph_batch_sizes: [1, 2, 4],
      speculative_config: { decoding_type: "NGram", max_draft_len: 3 },
      attn_backend: "FLASHINFER",
    },
    executable: ["trtllm-serve"],
    host: "127.0.0.1",
    port: 8000,
    folders: { private: "/tmp/p", cache: "/tmp/c" },
    userVariables: {},
  });
  expect(argv.slice(argv.indexOf("--max_batch_size"))).toEqual(
    [
      ["--max_batch_size", "64"],
      ["--set", "kv_cache_config.enable_block_reuse=false"],
      ["--set", "cuda_graph_config.batch_sizes=[1,2,4]"],
      ["--set", "attn_backend=FLASHINFER"],
      ["--set", 'speculative_config={"decoding_type":"NGram","max_draft_len":3}'],
    ].flat(),
  );
});

it("every knob that --set passes is new in the version that has it, and a bool says both of its values", () => {
  for (const [knob, { flag = "", negation, type, since }] of Object.entries(engine.knobs)) {
    if (!flag.startsWith("--set ")) continue;
    expect([knob, since]).toEqual([knob, engine.flagsSince["--set"]]);
    if (type === "bool") expect([flag, negation]).toEqual([`${flag.slice(0, -4)}true`, `${flag.slice(0, -4)}false`]);
    else expect(flag).toMatch(/^--set [a-z_.]+=$/);
  }
});

it("finds all its metrics on a page", () => {
  const found = selectMetrics(fixtureText("tensorrt-llm/metrics.txt"), engine.metricNames);
  expect(Object.keys(engine.metricNames).filter((name) => !(name in found))).toEqual([]);
  expect(found).toMatchObject({ running: 20, waiting: 3, requests_length: 48, requests_error: 3, prefix_hits: 750 });
});

describe("failures, in its own words", () => {
  const tagged = (line: string) => `[07/08/2026-19:47:15] [TRT-LLM] [RANK 1] [E] ${line}`;
  it.each([
    [
      "kv-cache-no-room",
      `${tagged("Failed to initialize executor on rank 1: Executor creation failed due to insufficient GPU memory.")}\n\nThe following component could not be created: KV cache\nTotal GPU memory (GiB): 140.06`,
    ],
    [
      "out-of-memory",
      `${tagged("Failed to initialize executor on rank 1: Executor creation failed due to insufficient GPU memory.")}\n\nThe following component could not be created: Model`,
    ],
    [
      "port-in-use",
      "RuntimeError: Failed to bind socket to 127.0.0.1:8000: [Errno 98] Address already in use. Port holder(s): none",
    ],
    ["no-gpu", "ValueError: No GPU devices found on the node"],
    ["unknown-flag", "Error: Invalid value for --set: Configuration path 'no_such' is not a supported LlmArgs field."],
    ["unknown-flag", "Error: No such option: --set Did you mean --seed?"],
    ["bad-value", "Error: Invalid value for '--kv_cache_dtype': 'fp3' is not one of 'auto', 'fp8', 'nvfp4'."],
    ["configuration-refused", "pydantic_core._pydantic_core.ValidationError: 1 validation error for TorchLlmArgs"],
    ["engine-start-failed", tagged("Executor worker initialization error: Executor worker returned error")],
  ])("%s", (name, log) => {
    expect(classify(engine.failures, log, unclassified).class).toBe(name);
  });
});
