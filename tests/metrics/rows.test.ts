import { describe, expect, it } from "vitest";
import { measure } from "../../src/metrics/index.ts";
import { createRandom } from "../../src/math/random.ts";
import { someWorkload } from "../support/completions.ts";
import { observationOf } from "../support/observations.ts";

/** Requests with tokens that come at random, in ms; scheduled where an open loop is asked for. */
function rows(count: number, open = false) {
  const random = createRandom("rows");
  const sketches = Array.from({ length: count }, (_, index) => {
    const first = index + 20 * random.lognormal(0, 0.4);
    return {
      sentMs: index,
      scheduledMs: open ? index - 0.5 : null,
      tokensMs: [first, first + 10 * random.lognormal(0, 0.2)],
    };
  });
  const all = measure({ observation: observationOf(sketches), workload: someWorkload() });
  return (metric: string) => new Map(all.filter((row) => row.metric === metric).map((row) => [row.stat, row]));
}

describe("intervals of a trial's percentiles", () => {
  it.each([["ttft"], ["tpot"], ["e2e"], ["ttft_sched"], ["e2e_sched"]])(
    "%s has one for its mean and percentiles",
    (metric) => {
      const of = rows(400, true)(metric);
      for (const stat of ["mean", "p50", "p90", "p95", "p99"] as const) {
        const { value, interval } = of.get(stat)!;
        expect(interval!.lower).toBeLessThan(value!);
        expect(interval!.upper).toBeGreaterThan(value!);
      }
      // 400 values give the first no value, and no interval is of an extreme.
      for (const stat of ["p99.9", "min", "max"] as const) expect(of.get(stat)!.interval).toBeNull();
    },
  );

  it("has none where there is no value, and works none out for what is pooled or counted", () => {
    const of = rows(10);
    expect(of("ttft").get("p99")).toMatchObject({ value: null, interval: null });
    expect(of("ttft_sched").get("p50")).toMatchObject({ value: null, interval: null });
    expect(of("itl").get("p50")).not.toHaveProperty("interval");
    expect(of("output_tokens").get("mean")).not.toHaveProperty("interval");
  });

  it("says why a percentile with a value has none: the values are worth too few independent ones", () => {
    const sketches = Array.from({ length: 400 }, (_, index) => ({
      sentMs: index,
      scheduledMs: null,
      // Forty in a row share their latency.
      tokensMs: [index + 20 + ((17 * Math.floor(index / 40)) % 10), index + 50],
    }));
    const all = measure({ observation: observationOf(sketches), workload: someWorkload() });
    const row = all.find(({ metric, stat }) => metric === "ttft" && stat === "p99");
    expect(row).toMatchObject({ interval: null, value: expect.any(Number) as number });
    expect(row!.why).toMatch(/^too few independent samples for an interval: 400 values in a row are /);
  });

  it("is the same for the same trial", () => {
    expect(rows(60)("ttft")).toEqual(rows(60)("ttft"));
  });
});
