import { describe, expect, it } from "vitest";
import { classify } from "../../src/engine/failures.ts";
import { resolveKnobs } from "../../src/engine/resolved.ts";
import { sglangServerInfo } from "../../src/engine/parsers/sglang-server-info.ts";
import { selectMetrics } from "../../src/engine/select-metrics.ts";
import { phaseClock } from "../../src/engine/start-phases.ts";
import { engineNamed, fixtureText } from "../support/engine-named.ts";

const engine = engineNamed("sglang");
const unclassified = { class: "none", hint: "" };

it("names its options as SGLang does: the knob's own name with hyphens", () => {
  const odd = Object.entries(engine.knobs).filter(([knob, { flag }]) => flag !== `--${knob.replaceAll("_", "-")}`);
  expect(odd).toEqual([]);
});

it("finds all its metrics on a page, those of several ranks together", () => {
  const found = selectMetrics(fixtureText("sglang/metrics.txt"), engine.metricNames);
  expect(Object.keys(engine.metricNames).filter((name) => !(name in found))).toEqual([]);
  expect(found).toMatchObject({
    running: 20,
    waiting: 3,
    kv_usage: 0.375,
    preemptions: 2,
    prefix_queries: 9010,
    prefix_hits: 750,
    generation_tokens: 4000,
    ttft_sum: 6.5,
    itl_count: 3940,
  });
});

it("finds its phases in the log of a start, which is none of a failure", () => {
  const log = fixtureText("sglang/started.txt");
  const clock = phaseClock(engine.phases);
  for (const [index, line] of log.split("\n").entries()) clock.line(line, index);
  expect(clock.phases().map(({ id }) => id)).toEqual(engine.phases.map(({ id }) => id));
  expect(classify(engine.failures, log, unclassified).class).toBe("none");
});

it("reads every declared knob where the route tells it", () => {
  const resolved = sglangServerInfo.parse(fixtureText("sglang/server_info.json"), "");
  const declared = { tp_size: 2, chunked_prefill_size: 4096, cuda_graph_max_bs_decode: 256, random_seed: 1 };
  expect(resolveKnobs(engine, declared, resolved).map(({ knob, status }) => [knob, status])).toEqual([
    ["tp_size", "same"],
    ["chunked_prefill_size", "different"],
    ["cuda_graph_max_bs_decode", "same"],
    ["random_seed", "not verifiable"],
  ]);
});

describe("failures, in words of its source", () => {
  const scheduler = (cause: string) =>
    `[2026-11-28 10:00:01 TP0] Scheduler hit an exception: Traceback (most recent call last):\n  File "/s/sglang/srt/managers/scheduler.py", line 6360, in run_scheduler_process\n    scheduler = Scheduler(server_args, port_args)\n${cause}\n\n[2026-11-28 10:00:02] Received sigquit from a child process. It usually means the child failed.\n`;

  it.each([
    [
      "kv-cache-no-room",
      "RuntimeError: Not enough memory. Please try to increase --mem-fraction-static. Current value: mem_fraction_static=0.5",
    ],
    [
      "gpu-memory-busy",
      "RuntimeError: The memory capacity is unbalanced. Some GPUs may be occupied by other processes. pre_model_load_memory=30.2, local_gpu_memory=78.9",
    ],
    [
      "length-over-model",
      "ValueError: Warning: User-specified context_length (99999) is greater than the derived context_length (8192). This may lead to incorrect model outputs or CUDA errors.",
    ],
    ["quantization-unknown", "ValueError: Invalid quantization method: fp3. Available methods: ['awq', 'fp8']"],
    [
      "quantization-unsupported",
      "ValueError: The quantization method fp8 is not supported for the current GPU. Minimum capability: 80. Current capability: 75.",
    ],
    ["batch-limits", "AssertionError: chunked_prefill_size must be divisible by page_size"],
    ["parallelism", "AssertionError: tp_size must be divisible by attn_dp_size * attn_cp_size"],
    [
      "cache-options",
      "ValueError: The arguments enable-hierarchical-cache and disable-radix-cache are mutually exclusive and cannot be used at the same time.",
    ],
    ["speculation", "ValueError: Ngram speculative decoding only supports CUDA, CPU, or XPU devices."],
    [
      "attention-backend",
      "ValueError: TRTLLM MHA backend for decode is only supported on Hopper (SM90), Blackwell (SM100) and (SM120) GPUs. Please use a different decode backend.",
    ],
    ["out-of-memory", "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.05 GiB."],
  ])("%s", (name, cause) => {
    const failure = classify(engine.failures, scheduler(cause), unclassified);
    expect([failure.class, failure.message]).toEqual([name, expect.stringContaining(cause.slice(0, 40))]);
    expect(failure.hint.length).toBeGreaterThan(20);
  });

  it.each([
    ["unknown-flag", "sglang serve: error: unrecognized arguments: --no-such-flag"],
    ["worker-died", "[2026-11-28 10:00:02] Received sigquit from a child process. It usually means the child failed."],
    ["hung", "[2026-11-28 10:00:02 TP0] Scheduler watchdog timeout (self.watchdog_timeout=300, self.soft=False)"],
    [
      "port-in-use",
      "ERROR:    [Errno 98] error while attempting to bind on address ('127.0.0.1', 30000): address already in use",
    ],
  ])("%s", (name, line) => expect(classify(engine.failures, line, unclassified).class).toBe(name));
});
