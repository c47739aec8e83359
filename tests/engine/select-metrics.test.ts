import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { selectMetrics } from "../../src/engine/select-metrics.ts";

/** A part of the page of a real vLLM 0.32.0 after six requests. */
const page = readFileSync(join(import.meta.dirname, "../fixtures/engine/vllm-metrics.txt"), "utf8");

describe("our metrics", () => {
  it("are found by the engine file's names", () => {
    expect(
      selectMetrics(page, {
        waiting: "vllm:num_requests_waiting",
        kv_usage: "mean(vllm:kv_cache_usage_perc)",
        prompt_tokens: "vllm:prompt_tokens",
        requests_length: 'vllm:request_success{finished_reason="length"}',
        requests: "vllm:request_success",
        ttft_sum: "vllm:time_to_first_token_seconds_sum",
        absent: "vllm:no_such_metric",
      }),
    ).toEqual({
      waiting: 0,
      kv_usage: 0,
      prompt_tokens: 28,
      requests_length: 6,
      requests: 6,
      ttft_sum: 28.12196445465088,
    });
  });

  it("are added over the engines behind one server, and averaged where they are fractions", () => {
    const text = 'n{engine="0"} 3\nn{engine="1"} 4\nu{engine="0"} 0.2\nu{engine="1"} 0.4\nnan NaN\n';
    expect(selectMetrics(text, { n: "n", u: "mean(u)", one: 'n{engine="1"}', nan: "nan" })).toEqual({
      n: 7,
      u: expect.closeTo(0.3, 12) as number,
      one: 4,
    });
  });

  it("come from the processes that tell a number, and are left out where an engine tells none", () => {
    const text =
      'u{engine="0",pid="1"} NaN\nu{engine="0",pid="2"} 0.4\nu{engine="0",pid="3"} NaN\nn{engine="0"} 1\nn{engine="1"} NaN\n';
    expect(selectMetrics(text, { u: "mean(u)", n: "n" })).toEqual({ u: 0.4 });
  });

  it("is one figure for each engine where its processes tell it each for itself", () => {
    const processes = [0, 0, 0.48, 0].map((used, at) => `u{engine="0",pid="${90 + at}"} ${used}`);
    const ranks = [7, 7].map((running, rank) => `r{model_name="m",tp_rank="${rank}"} ${running}`);
    const text = [...processes, 'u{engine="1",pid="95"} 0.12', 'u{engine="1",pid="96"} 0', ...ranks].join("\n");
    expect(selectMetrics(text, { all: "mean(u)", one: 'u{engine="0"}', sum: "u", running: "r" })).toEqual({
      all: expect.closeTo(0.3, 12) as number,
      one: 0.48,
      sum: expect.closeTo(0.6, 12) as number,
      running: 7,
    });
  });
});
