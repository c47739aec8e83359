import { describe, expect, it } from "vitest";
import { orderStatistics, pooledQuantiles, summarize, type Pool } from "../../src/math/pooled.ts";
import { distributionRows, distributionStats, pooledRows } from "../../src/metrics/rows.ts";
import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import { createRandom } from "../../src/math/random.ts";
import type { MetricDefinition } from "../../src/schema/measurement.ts";

/** Lent: each block is overwritten by the next. */
function poolOf(values: Float64Array, block = 1000): Pool {
  const room = new Float64Array(block);
  return function* () {
    for (let from = 0; from < values.length; from += block) {
      const part = values.subarray(from, from + block);
      room.set(part);
      yield room.subarray(0, part.length);
    }
  };
}

const random = createRandom(5);
const samples: [string, Float64Array][] = [
  ["a normal tail", Float64Array.from({ length: 20_000 }, () => 10 + random.normal())],
  ["one outlier far away", Float64Array.from({ length: 20_000 }, (_, at) => (at === 77 ? 1e9 : random.next()))],
  ["few values, often", Float64Array.from({ length: 20_000 }, () => Math.floor(random.next() * 4))],
  ["one value", new Float64Array(20_000).fill(3.5)],
  ["orders of magnitude", Float64Array.from({ length: 20_000 }, () => 10 ** (random.next() * 18 - 9))],
];

describe("the order statistics of a pool", () => {
  it.each(samples)("are those of the sorted sample where it cannot be held: %s", (_, values) => {
    const pool = poolOf(values);
    const sorted = values.toSorted();
    const places = [0, 1, 9_999, 10_000, 18_000, 19_799, 19_999];
    const found = orderStatistics(pool, summarize(pool), places, 50);
    expect(places.map((place) => found.get(place))).toEqual(places.map((place) => sorted[place]));
  });

  it("take the same few passes however large the pool is", () => {
    const passesOf = (n: number): number => {
      let passes = 0;
      const pool = poolOf(Float64Array.from({ length: n }, () => random.next()));
      const counted: Pool = () => {
        passes += 1;
        return pool();
      };
      orderStatistics(counted, summarize(pool), [0, n - 1, Math.floor(n / 2), Math.floor(n * 0.99)], 1000);
      return passes;
    };
    expect(passesOf(200_000)).toBe(passesOf(20_000));
  });
});

const definition: MetricDefinition = {
  id: "itl",
  unit: "ms",
  title: "",
  definition: "",
  better: "lower",
  stats: distributionStats,
};

describe("pooledRows", () => {
  it.each(samples)("says what distributionRows says: %s", (_, values) => {
    const words = { none: "nothing", note: "a note" };
    for (const sample of [values, values.subarray(0, 100), values.subarray(0, 1), new Float64Array()]) {
      const exact = distributionRows(definition, sample, words);
      for (const [at, row] of pooledRows(definition, poolOf(sample), words).entries()) {
        const { value, ...rest } = exact[at]!;
        expect(row).toMatchObject(rest);
        if (value === null || row.value === null) expect(row.value).toBe(value);
        else if (row.stat === "mean") expect(Math.abs(row.value / value - 1)).toBeLessThan(1e-12);
        else expect(Math.abs(row.value - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-12);
      }
    }
  });
});

it.each(samples)("quantiles of a pool are those of the whole sample: %s", (_, values) => {
  const pool = poolOf(values);
  const whole = sortedCopy(values);
  const wanted = [0, 0.5, 0.9, 0.99, 1];
  const found = pooledQuantiles(pool, summarize(pool), wanted);
  expect(wanted.map((p) => found.get(p))).toEqual(wanted.map((p) => quantileLinear(whole, p)));
});
