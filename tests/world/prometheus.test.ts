import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parsePrometheus } from "../../src/world/prometheus.ts";

/** A part of the page of a real vLLM 0.32.0 after six requests. */
const page = readFileSync(join(import.meta.dirname, "../fixtures/engine/vllm-metrics.txt"), "utf8");

describe("a page in the Prometheus text format", () => {
  it("is read line by line, with labels", () => {
    const samples = parsePrometheus(page);
    expect(samples).toContainEqual({
      name: "vllm:request_success_total",
      labels: { engine: "0", finished_reason: "length", model_name: "models/tiny" },
      value: 6,
    });
    expect(samples.length).toBe(page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length);
  });

  it("may hold escapes, infinities, times, and lines that are none", () => {
    const text = 'a{path="C:\\\\x\\n\\"q\\"",b="}"} +Inf 1395066363000\nnot a sample\n\nb_total 1.5e3\n';
    expect(parsePrometheus(text)).toEqual([
      { name: "a", labels: { path: 'C:\\x\n"q"', b: "}" }, value: Number.POSITIVE_INFINITY },
      { name: "b_total", labels: {}, value: 1500 },
    ]);
  });
});
