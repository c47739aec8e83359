import { expect, it } from "vitest";
import { comparedMetric } from "../../../src/commands/compare/compared-metric.ts";
import { comparedMetrics } from "../../../src/schema/headline-figures.ts";

it.each([
  ["output_throughput", { metric: "output_throughput", stat: "value", purpose: "performance" }],
  ["ttft", { metric: "ttft", stat: "p50", purpose: "performance" }],
  ["ttft.p99.9", { metric: "ttft", stat: "p99.9", purpose: "performance" }],
  ["rouge1", { metric: "rouge1", stat: "mean", purpose: "accuracy" }],
  ["gen_len", { metric: "gen_len", stat: "sum", purpose: "accuracy" }],
])("%s is a metric with its statistic", (text, value) => {
  expect(comparedMetric(text)).toEqual({ ok: true, value });
});

it("says which choices there are", () => {
  expect(comparedMetric("trougput")).toMatchObject({ ok: false, problem: { code: "no-such-metric" } });
  expect(comparedMetric("output_througput")).toMatchObject({
    problem: { hint: expect.stringContaining("did you mean `output_throughput`?") as string },
  });
  expect(comparedMetric("ttft.p98")).toMatchObject({ problem: { hint: expect.stringContaining("p99.9") as string } });
  expect(comparedMetric("ttft.")).toMatchObject({ ok: false });
});

it("shows by default only what can be asked for", () => {
  for (const { metric, stat, purpose } of comparedMetrics)
    expect(comparedMetric(`${metric}.${stat}`)).toEqual({ ok: true, value: { metric, stat, purpose } });
});
