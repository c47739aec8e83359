import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Engine } from "../../src/simulator/engine.ts";
import catalogue from "../../src/simulator/metrics.json" with { type: "json" };
import { Metrics } from "../../src/simulator/metrics.ts";
import { add, configured, uniquePrompt } from "./virtual-load.ts";

const recorded = readFileSync(new URL("../fixtures/vllm/metrics.txt", import.meta.url), "utf8");

/** The value of the one line with this name and these labels. */
function value(text: string, name: string, label = ""): number {
  const lines = text.split("\n").filter((line) => line.startsWith(`${name}{`) && line.includes(label));
  if (lines.length !== 1) throw new Error(`${lines.length} lines of ${name} ${label}`);
  return Number(lines[0]!.split(" ").at(-1));
}

const labelsOf = (text: string) =>
  [...(/^vllm:cache_config_info\{(.*)\}/m.exec(text)?.[1] ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label);

function played(): string {
  const configuration = configured({ served_model_name: ['a "b" c'] });
  const engine = new Engine(configuration);
  const metrics = new Metrics(configuration, engine);
  for (const [at, prompt] of [uniquePrompt(0, 100), uniquePrompt(0, 100)].entries()) {
    const sequence = add(engine, { atS: at, prompt, outputTokens: 5 });
    for (const outcome of engine.advance(at + 1)) metrics.step(outcome, 0.002);
    metrics.end(sequence, "length", 5);
  }
  return metrics.render();
}

describe("Metrics", () => {
  it("counts tokens, requests and cache hits", () => {
    const text = played();
    expect(value(text, "vllm:prompt_tokens_total")).toBe(200);
    expect(value(text, "vllm:generation_tokens_total")).toBe(10);
    expect(value(text, "vllm:prefix_cache_queries_total")).toBe(200);
    expect(value(text, "vllm:prefix_cache_hits_total")).toBe(96);
    expect(value(text, "vllm:prompt_tokens_by_source_total", 'source="local_compute"')).toBe(104);
    expect(value(text, "vllm:request_success_total", 'finished_reason="length"')).toBe(2);
    expect(value(text, "vllm:request_success_total", 'finished_reason="stop"')).toBe(0);
    expect(value(text, "vllm:num_requests_running")).toBe(0);
    expect(value(text, "ceteris_simulated:lateness_seconds_max")).toBe(0.002);
  });

  it("fills cumulative histograms", () => {
    const text = played();
    expect(value(text, "vllm:time_to_first_token_seconds_count")).toBe(2);
    expect(value(text, "vllm:inter_token_latency_seconds_count")).toBe(8);
    expect(value(text, "vllm:inter_token_latency_seconds_bucket", 'le="0.01"')).toBe(8);
    expect(value(text, "vllm:inter_token_latency_seconds_bucket", 'le="+Inf"')).toBe(8);
    expect(value(text, "vllm:request_prompt_tokens_bucket", 'le="50.0"')).toBe(0);
    expect(value(text, "vllm:request_prompt_tokens_bucket", 'le="100.0"')).toBe(2);
    expect(value(text, "vllm:request_prompt_tokens_sum")).toBe(200);
    const ttftSum = value(text, "vllm:time_to_first_token_seconds_sum");
    const e2eSum = value(text, "vllm:e2e_request_latency_seconds_sum");
    expect(e2eSum).toBeGreaterThan(ttftSum);
  });

  it("escapes labels", () => {
    expect(played()).toContain('model_name="a \\"b\\" c"');
  });

  it("has names and types of the engine, and no label of the cache that the engine lacks", () => {
    for (const { name, type } of catalogue.metrics.filter((metric) => !metric.name.includes("spec_decode"))) {
      expect(recorded).toContain(`# TYPE ${name} ${type}\n`);
    }
    const theirs = labelsOf(recorded);
    expect(labelsOf(played())).toContain("num_gpu_blocks");
    expect(labelsOf(played()).filter((label) => !theirs.includes(label) && label !== "model_name")).toEqual([]);
  });
});
