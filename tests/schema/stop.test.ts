import { expect, it } from "vitest";
import { metricDefinitions } from "../../src/metrics/index.ts";
import { stopFigures, stopLimitsOf } from "../../src/schema/stop.ts";

it("names figures that trials have, with their units", () => {
  const known = new Map(metricDefinitions.map((one) => [one.id, one]));
  for (const [name, { metric, stat, of }] of stopFigures) {
    const definition = known.get(metric)!;
    expect(definition.stats, name).toContain(stat);
    expect(definition.better, name).not.toBe("higher");
    if (of === "value") expect(name).toBe(`${metric}_${stat}_${definition.unit}`);
  }
  const latencies = metricDefinitions.filter(({ unit, stats }) => unit === "ms" && stats.includes("p99"));
  expect(new Set([...stopFigures.values()].map(({ metric }) => metric))).toEqual(
    new Set([...latencies.map(({ id }) => id), "requests_failed"]),
  );
});

it("reads what a matrix states, and leaves out what has its diagnostic", () => {
  expect(stopLimitsOf({ ttft_p99_ms: 5000, failed_share: 0.5, ttft: 3, e2e_p50_ms: "x" })).toEqual([
    { name: "ttft_p99_ms", metric: "ttft", stat: "p99", of: "value", above: 5000 },
    { name: "failed_share", metric: "requests_failed", stat: "value", of: "share", above: 0.5 },
  ]);
  expect([stopLimitsOf(undefined), stopLimitsOf(null)]).toEqual([[], []]);
});
