import { describe, expect, it } from "vitest";
import { accuracyMeasurements, measure, metricDefinitions } from "../../src/metrics/index.ts";
import type { Measurement, Statistic } from "../../src/schema/measurement.ts";
import type { Observation } from "../../src/schema/observation.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf, tokensOf, type RequestSketch } from "../support/observations.ts";

const closed = someWorkload();
const offline = someWorkload({ scenario: "offline", load: {} });

function rowOf(observation: Observation, metric: string, stat: Statistic, workload = closed): Measurement {
  const found = measure({ observation, workload }).filter((row) => row.metric === metric && row.stat === stat);
  expect(found).toHaveLength(1);
  return found[0]!;
}

function valueOf(observation: Observation, metric: string, stat: Statistic, workload = closed): number | null {
  return rowOf(observation, metric, stat, workload).value;
}

/** Two requests that differ in everything; tokens in ms. */
const two: RequestSketch[] = [
  { sentMs: 10, tokensMs: [30, 40, 60] },
  { sentMs: 20, tokensMs: [60, 70] },
];

/** So many requests, whose first tokens come at 0, 1, 2 … ms. */
function many(count: number): Observation {
  return observationOf(Array.from({ length: count }, (_, index) => ({ sentMs: 0, tokensMs: [index, index + 1] })));
}

describe("measure", () => {
  it("computes the latencies of docs/metrics.md from each request's own stamps", () => {
    const seen = observationOf(two);
    expect(valueOf(seen, "ttft", "mean")).toBe(30);
    expect(valueOf(seen, "ttft", "min")).toBe(20);
    expect(valueOf(seen, "ttft", "max")).toBe(40);
    expect(valueOf(seen, "e2e", "mean")).toBe(50);
    // (60 − 30) ÷ 2 and (70 − 60) ÷ 1.
    expect(valueOf(seen, "tpot", "mean")).toBe(12.5);
    // Gaps of 10, 20 and 10, of each request alone although their chunks interleave.
    expect(rowOf(seen, "itl", "mean")).toMatchObject({ value: 40 / 3, n: 3, unit: "ms", why: null });
  });

  it("counts from the intended send where there is one", () => {
    const seen = observationOf(two.map((request) => ({ ...request, scheduledMs: 5 })));
    expect(valueOf(seen, "ttft_sched", "max")).toBe(55);
    expect(valueOf(seen, "e2e_sched", "min")).toBe(55);
    expect(valueOf(seen, "send_lag", "mean")).toBe(10);
  });

  it("has no latency from the intended send in a closed loop, and says why", () => {
    for (const metric of ["ttft_sched", "e2e_sched", "send_lag"]) {
      expect(rowOf(observationOf(two), metric, "p50")).toMatchObject({
        value: null,
        n: 0,
        why: "a closed loop has no intended send",
      });
    }
  });

  it("divides by the window, and in Offline by the longest latency", () => {
    const seen = observationOf(
      two.map((request) => ({ ...request, scheduledMs: 0 })),
      { window: { startNs: 0, endNs: 100e6 } },
    );
    expect(rowOf(seen, "output_throughput", "value")).toMatchObject({ value: 50, unit: "tok/s", rule: "window", n: 2 });
    expect(valueOf(seen, "request_throughput", "value")).toBe(20);
    expect(rowOf(seen, "output_throughput", "value", offline)).toMatchObject({
      value: 5 / 0.07,
      rule: "longest latency",
    });
    expect(valueOf(seen, "request_throughput", "value", offline)).toBe(2 / 0.07);
  });

  it("leaves out the warm-up and what failed", () => {
    const seen = observationOf([
      { phase: "warmup", sentMs: 0, tokensMs: [900, 950] },
      ...two,
      { sentMs: 0, tokensMs: [800, 990], error: "cut off" },
    ]);
    expect(valueOf(seen, "ttft", "max")).toBe(40);
    expect(valueOf(seen, "itl", "max")).toBe(20);
    expect(valueOf(seen, "output_tokens", "sum")).toBe(5);
    expect(valueOf(seen, "prompt_tokens", "sum")).toBe(20);
    expect(valueOf(seen, "requests_finished", "value")).toBe(2);
    expect(rowOf(seen, "requests_failed", "value")).toMatchObject({ value: 1, n: 3, unit: "1" });
  });

  it("gives a percentile only where the sample has a two-sided interval for it", () => {
    expect(rowOf(many(367), "ttft", "p99")).toMatchObject({
      value: null,
      n: 367,
      why: expect.stringMatching(/needs 368/),
    });
    expect(rowOf(many(368), "ttft", "p99")).toMatchObject({ value: 0.99 * 367, n: 368, rule: "linear" });
    expect(valueOf(many(368), "ttft", "p99.9")).toBeNull();
    expect(valueOf(many(5), "ttft", "p50")).toBeNull();
    expect(valueOf(many(6), "ttft", "p50")).toBe(2.5);
    expect(valueOf(many(5), "ttft", "max")).toBe(4);
  });

  it("takes only requests with two tokens for TPOT", () => {
    const seen = observationOf([{ tokensMs: [10] }, { tokensMs: [10, 30] }]);
    expect(rowOf(seen, "tpot", "mean")).toMatchObject({ value: 20, n: 1 });
  });

  it("divides TPOT by the tokens of the chunks after the first, as these say how many they hold", () => {
    const seen = observationOf([{ tokensMs: [100, 200, 300], outputTokens: 8, finish: "stop" }]);
    // Five tokens came with the first chunk, one with each other, and the end token with none.
    const told = tokensOf([[100, 200, 300]], 100, (_, ordinal) => (ordinal === 0 ? 5 : 1));
    expect(valueOf({ ...seen, tokens: told }, "tpot", "mean")).toBe(100);
    // Where the server does not say, seven are spread over three chunks: two, two and three.
    expect(valueOf(seen, "tpot", "mean")).toBe(40);
  });

  it("counts tokens as the server does, not chunks", () => {
    const seen = observationOf([{ tokensMs: [100, 200], outputTokens: 9 }]);
    expect(valueOf(seen, "output_throughput", "value")).toBe(45);
    // Four tokens in the first chunk, five in the second.
    expect(valueOf(seen, "tpot", "mean")).toBe(20);
    expect(valueOf(seen, "tokens_per_chunk", "value")).toBe(4.5);
    expect(rowOf(seen, "itl", "max")).toMatchObject({
      value: 100,
      why: "inter-chunk: chunks hold 4.50 tokens on average",
    });
    expect(valueOf(seen, "client_cpu_per_token", "value")).toBeCloseTo(500_000 / 9, 9);
  });

  it("labels ITL where several events came in one write", () => {
    const seen = observationOf([{ tokensMs: [10, 10, 20, 20, 30, 30] }]);
    expect(valueOf(seen, "tokens_per_chunk", "value")).toBe(1);
    expect(rowOf(seen, "itl", "max").why).toMatch(/^inter-chunk: 2.00 chunks arrived at once/);
  });

  it.each(["stop", "tool_calls", "eos_token"])(
    "does not call ITL inter-chunk for the end token without text (%s)",
    (finish) => {
      const seen = observationOf([{ tokensMs: [10, 20, 30], outputTokens: 4, finish }]);
      // Nor has it any part in the time per token: it came at no time.
      expect(valueOf(seen, "tpot", "mean")).toBe(10);
      expect(valueOf(seen, "tokens_per_chunk", "value")).toBe(1);
      expect(rowOf(seen, "itl", "max").why).toBeNull();
    },
  );

  it("is null, with the reason, where the server did not count", () => {
    const seen = observationOf([two[0]!, { ...two[1]!, outputTokens: null, promptTokens: null }]);
    const why = "the server gave no token count for 1 of 2 requests";
    for (const [metric, stat] of [
      ["output_throughput", "value"],
      ["client_cpu_per_token", "value"],
      ["tokens_per_chunk", "value"],
      ["output_tokens", "sum"],
      ["prompt_tokens", "mean"],
    ] as const) {
      expect(rowOf(seen, metric, stat)).toMatchObject({ value: null, why });
    }
    expect(valueOf(seen, "ttft", "mean")).toBe(30);
  });

  it("has every row, null with a reason, where nothing finished", () => {
    const seen = observationOf([{ error: "connection refused (ECONNREFUSED)", outputTokens: null }]);
    for (const row of measure({ observation: seen, workload: offline })) {
      if (["requests_finished", "requests_failed", "requests_cancelled"].includes(row.metric)) continue;
      expect(row).toMatchObject({ value: null, why: expect.stringMatching(/./) });
    }
    expect(valueOf(seen, "requests_failed", "value")).toBe(1);
  });

  it("declares every row that it makes, and makes every row that it declares", () => {
    const rows = [
      ...measure({ observation: observationOf(two), workload: closed }),
      ...accuracyMeasurements({
        mean: { rouge1: 38.7794, rouge2: 15.9075, rougeL: 24.4957, rougeLsum: 35.793, genLen: 8167644, genNum: 13368 },
      }),
    ];
    const made = rows.map(({ metric, stat, unit }) => `${metric} ${stat} ${unit}`);
    const declared = metricDefinitions.flatMap(({ id, stats, unit }) => stats.map((stat) => `${id} ${stat} ${unit}`));
    expect(made).toEqual(declared);
    const units = new Set([
      "J",
      "s",
      "J/tok",
      "W",
      "MHz",
      "ms",
      "tok/s",
      "req/s",
      "µs",
      "tok",
      "%",
      "characters",
      "1",
      "turns/s",
      "conversations/s",
    ]);
    expect(metricDefinitions.filter(({ unit }) => !units.has(unit))).toEqual([]);
  });
});

describe("accuracyMeasurements", () => {
  it("keeps percents and characters as the scorer gives them", () => {
    const rows = accuracyMeasurements({
      mean: { rouge1: 38.7794, rouge2: null, rougeL: 24.4957, rougeLsum: 35.793, genLen: 4000, genNum: 13 },
    });
    expect(rows.map(({ metric, stat, value, n }) => [metric, stat, value, n])).toEqual([
      ["rouge1", "mean", 38.7794, 13],
      ["rouge2", "mean", null, 13],
      ["rougeL", "mean", 24.4957, 13],
      ["rougeLsum", "mean", 35.793, 13],
      ["gen_len", "sum", 4000, 13],
    ]);
    expect(rows[1]?.why).toBe("no answer was scored");
  });
});
