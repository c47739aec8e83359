import { describe, expect, it } from "vitest";
import { batches, metricPoint } from "../../../src/mirrors/mlflow/batches.ts";

const points = (count: number) => Array.from({ length: count }, (_, step) => metricPoint("m", step, 1000, step));
const entries = (count: number, length = 1) =>
  Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "v".repeat(length) }));

describe("batches", () => {
  it("holds at most 1,000 metrics, 100 params and 100 tags each, and all of them in order", () => {
    const made = batches({ metrics: points(1001), params: entries(101), tags: entries(100) });
    expect(
      made.map((batch) =>
        Object.entries(batch)
          .map(([kind, items]) => `${kind} ${(items as unknown[]).length}`)
          .join(),
      ),
    ).toEqual(["params 100", "params 1", "metrics 1000", "metrics 1", "tags 100"]);
    expect(made.flatMap(({ metrics = [] }) => metrics.map(({ step }) => step))).toEqual(
      points(1001).map(({ step }) => step),
    );
  });

  it("stays below 1 MB a request", () => {
    const made = batches({
      params: entries(100, 6000).map(({ key, value }) => ({ key, value: value.replaceAll("v", "✓") })),
    });
    expect(made.length).toBeGreaterThan(1);
    for (const batch of made) expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(1_000_000);
    expect(made.flatMap(({ params = [] }) => params)).toHaveLength(100);
  });

  it("makes nothing of nothing", () => {
    expect(batches({})).toEqual([]);
  });
});

describe("points", () => {
  it("says NaN as a word and has no infinities", () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      expect(JSON.stringify(metricPoint("m", value, 1))).toContain('"value":"NaN"');
    }
  });

  it("has whole time stamps and steps, since a fraction would be stored as 0", () => {
    expect(metricPoint("m", 0.5, 1795328923438.6, 1.9)).toEqual({
      key: "m",
      value: 0.5,
      timestamp: 1795328923439,
      step: 1,
    });
  });
});
