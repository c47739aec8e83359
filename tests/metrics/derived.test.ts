import { describe, expect, it } from "vitest";
import { measure, metricDefinitions } from "../../src/metrics/index.ts";
import { derivedRows } from "../../src/metrics/derived.ts";
import type { Measurement } from "../../src/schema/measurement.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";

const row = (
  metric: string,
  stat: Measurement["stat"],
  value: number | null,
  why: string | null = null,
): Measurement => ({
  metric,
  stat,
  unit: "tok/s",
  value,
  why,
  n: 4,
  rule: "window",
  source: "client",
});
const figures = (rows: Measurement[], gpus: number | null) =>
  derivedRows(rows, gpus).map(({ metric, value, why }) => [metric, value, why]);

describe("figures that follow from others", () => {
  it("are rates for each GPU", () => {
    expect(figures([row("output_throughput", "value", 800), row("goodput", "value", 4)], 8)).toEqual([
      ["output_throughput_per_gpu", 100, null],
      ["goodput_per_gpu", 0.5, null],
    ]);
    expect(figures([row("output_throughput", "value", 800, "a note")], 1)).toEqual([
      ["output_throughput_per_gpu", 800, "a note"],
    ]);
  });

  it("are null with the reason where the number of GPUs is not known, is 0, or the rate is null", () => {
    const rows = [row("output_throughput", "value", 800)];
    expect(figures(rows, null)).toEqual([
      ["output_throughput_per_gpu", null, "how many GPUs the configuration takes is not known"],
    ]);
    expect(figures(rows, 0)).toEqual([["output_throughput_per_gpu", null, "the configuration takes no GPU"]]);
    expect(figures([row("output_throughput", "value", null, "no request finished")], 8)).toEqual([
      ["output_throughput_per_gpu", null, "no request finished"],
    ]);
  });

  it("are the tokens a second of one user: 1000 ÷ the median TPOT in ms", () => {
    expect(figures([row("tpot", "p50", 12.5), row("tpot", "p99", 50)], null)).toEqual([["interactivity", 80, null]]);
    expect(figures([row("tpot", "p50", 0)], null)[0]?.[1]).toBeNull();
  });

  it("are in every trial, and declared", () => {
    const requests = Array.from({ length: 12 }, (_, at) => ({
      sentMs: at,
      tokensMs: [at + 5, at + 15, at + 25],
      outputTokens: 3,
    }));
    const rows = measure({ observation: observationOf(requests), workload: someWorkload(), gpus: 2 });
    const valueOf = (metric: string, stat = "value") =>
      rows.find((one) => one.metric === metric && one.stat === stat)?.value;
    expect(valueOf("output_throughput_per_gpu")).toBe(valueOf("output_throughput")! / 2);
    expect(valueOf("interactivity")).toBe(1000 / valueOf("tpot", "p50")!);
    const declared = new Map(metricDefinitions.map(({ id, unit }) => [id, unit]));
    expect(rows.filter(({ metric, unit }) => declared.get(metric) !== unit)).toEqual([]);
    expect(declared.get("goodput_per_gpu")).toBe("req/s");
  });
});
