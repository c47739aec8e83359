import { expect, it } from "vitest";
import { vllmBenchFileName, vllmBenchResult, type VllmBenchRun } from "../../src/exporters/index.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import { observationOf } from "../support/observations.ts";

const run: VllmBenchRun = {
  date: "20260830-141502",
  endpoint: "completions",
  model: "org/Llama-3.1-8B",
  requests: 3,
  rate: null,
  burstiness: 1,
  maxConcurrency: 4,
  ramp: null,
  percentiles: [50, 99],
  label: null,
  metadata: {},
};

const observed = observationOf([
  { phase: "warmup", sentMs: 0, tokensMs: [900, 1000], promptTokens: 7 },
  { sentMs: 0, tokensMs: [10, 20, 40], promptTokens: 100 },
  { sentMs: 10, tokensMs: [30, 40, 50], promptTokens: 200 },
  { sentMs: 20, endNs: 60e6, tokensMs: [], outputTokens: null, error: "HTTP 500" },
]);
const rate = (metric: string, value: number): Measurement => ({
  metric,
  stat: "value",
  value,
  unit: "",
  why: null,
  n: 2,
  rule: "window",
  source: "client",
});

it("has vLLM's names, over the measured requests that finished", () => {
  const rates = [rate("output_throughput", 60), rate("request_throughput", 20)];
  expect(vllmBenchResult(run, observed, rates)).toEqual({
    date: "20260830-141502",
    endpoint_type: "openai",
    backend: "openai",
    label: null,
    model_id: "org/Llama-3.1-8B",
    tokenizer_id: "org/Llama-3.1-8B",
    num_prompts: 3,
    request_rate: "inf",
    burstiness: 1,
    max_concurrency: 4,
    duration: 0.06,
    completed: 2,
    failed: 1,
    total_input_tokens: 300,
    total_output_tokens: 6,
    request_throughput: 20,
    request_goodput: null,
    output_throughput: 60,
    total_token_throughput: 60 + 20 * 150,
    max_output_tokens_per_s: 7,
    max_concurrent_requests: 4,
    rtfx: 0,
    mean_ttft_ms: 15,
    median_ttft_ms: 15,
    std_ttft_ms: 5,
    p50_ttft_ms: 15,
    p99_ttft_ms: expect.closeTo(19.9, 9),
    mean_tpot_ms: 12.5,
    median_tpot_ms: 12.5,
    std_tpot_ms: 2.5,
    p50_tpot_ms: 12.5,
    p99_tpot_ms: expect.closeTo(14.95, 9),
    mean_itl_ms: 12.5,
    median_itl_ms: 10,
    std_itl_ms: expect.closeTo(4.3301, 4),
    p50_itl_ms: 10,
    p99_itl_ms: expect.closeTo(19.7, 9),
    mean_e2el_ms: 40,
    median_e2el_ms: 40,
    std_e2el_ms: 0,
    p50_e2el_ms: 40,
    p99_e2el_ms: 40,
  });
});

it("says how requests were sent: a rate, a ramp, what was sent where a time was asked for", () => {
  const ramp = { ...run, requests: null, rate: 2, ramp: { from: 2, to: 8 }, maxConcurrency: null };
  expect(vllmBenchResult(ramp, observed, [])).toMatchObject({
    num_prompts: 3,
    request_rate: 2,
    max_concurrency: null,
    ramp_up_strategy: "linear",
    ramp_up_start_rps: 2,
    ramp_up_end_rps: 8,
    output_throughput: null,
    total_token_throughput: null,
  });
});

it("is called as vLLM calls it", () => {
  expect(vllmBenchFileName(run)).toBe("openai-infqps-concurrency4-Llama-3.1-8B-20260830-141502.json");
  expect(vllmBenchFileName({ ...run, endpoint: "chat", rate: 10, maxConcurrency: null })).toBe(
    "openai-chat-10.0qps-Llama-3.1-8B-20260830-141502.json",
  );
  expect(vllmBenchFileName({ ...run, rate: 2, ramp: { from: 2, to: 8 } })).toBe(
    "openai-ramp-up-linear-2qps-8qps-concurrency4-Llama-3.1-8B-20260830-141502.json",
  );
});

it("has the label and the members that a user gives", () => {
  const named = { ...run, label: "nightly", metadata: { tp: "2" } };
  expect(vllmBenchResult(named, observed, [])).toMatchObject({ label: "nightly", tp: "2", backend: "openai" });
  expect(vllmBenchFileName(named)).toMatch(/^nightly-infqps-concurrency4-Llama/);
});
