import { describe, expect, it } from "vitest";
import { blockVariance, lagOneAutocorrelation, longRunOf, memoryOf } from "../../src/math/autocorrelation.ts";
import { createRandom } from "../../src/math/random.ts";
import { variance } from "../../src/math/statistics.ts";

/** Normal values of variance 1, neighbours correlated by `r`: the long-run variance is (1 + r)/(1 - r). */
function series(seed: string, length: number, r: number): Float64Array {
  const random = createRandom(seed);
  let state = random.normal();
  return Float64Array.from({ length }, () => (state = r * state + Math.sqrt(1 - r * r) * random.normal()));
}

it("knows the correlation of neighbours", () => {
  expect(Math.abs(lagOneAutocorrelation(series("red", 4000, 0.5)) - 0.5)).toBeLessThan(0.05);
  expect(lagOneAutocorrelation([1, 1, 1, 1])).toBe(0);
});

describe("the memory of a series", () => {
  it("makes blocks as long as neighbours are alike, at most a quarter of the series", () => {
    expect(memoryOf(series("white", 400, 0)).blockLength).toBeLessThan(4);
    const [some, much] = [0.5, 0.9].map((r) => memoryOf(series("red", 2000, r)).blockLength);
    expect(some).toBeGreaterThan(8);
    expect(much).toBeGreaterThan(2 * some!);
    expect(memoryOf(Float64Array.from({ length: 100 }, (_, index) => index)).blockLength).toBeLessThanOrEqual(25);
    expect(memoryOf(series("long", 40, 0.99)).blockLength).toBeLessThanOrEqual(10);
    expect(memoryOf(new Float64Array(50).fill(3))).toEqual({ blockLength: 1, curvature: 0 });
  });

  it("is the best block for an autoregression, (3/2 n (2r/(1 - r²))²)^⅓, on average", () => {
    const lengths = Array.from({ length: 60 }, (_, run) => memoryOf(series(`best ${run}`, 2000, 0.5)).blockLength);
    const best = Math.cbrt(1.5 * 2000 * (1 / 0.75) ** 2);
    expect(Math.abs(lengths.reduce((sum, length) => sum + length) / 60 / best - 1)).toBeLessThan(0.15);
  });
});

describe("the long-run variance", () => {
  it.each([
    [0.5, 2000],
    [0.8, 2000],
    [0.8, 30_000],
  ])("is that of an autoregression, r = %d, %d values", (r, n) => {
    const found = Array.from({ length: 40 }, (_, run) => {
      const values = series(`long ${run}`, n, r);
      return longRunOf(values, memoryOf(values))!;
    });
    const average = found.reduce((sum, { variance: one }) => sum + one, 0) / found.length;
    const wanted = (1 + r) / (1 - r);
    // The mean of 40 of some 30 degrees of freedom has a relative standard error of 4 %.
    expect(Math.abs(average / wanted - 1)).toBeLessThan(0.12);
    for (const { degreesOfFreedom } of found) expect(degreesOfFreedom).toBeLessThanOrEqual(60);
  });

  it("is never less than that of independent values, and is not told of too short a series", () => {
    const values = series("white", 500, -0.7);
    const own = (variance(values)! * 499) / 500;
    expect(longRunOf(values, memoryOf(values))!.variance).toBeCloseTo(own, 10);
    const rising = Float64Array.from({ length: 60 }, (_, index) => index);
    expect(longRunOf(rising, memoryOf(rising))).toBeNull();
  });

  it("is kept in part by resamples in blocks, in none of single values", () => {
    const values = series("kept", 5000, 0.8);
    expect(blockVariance(values, 1)).toBeCloseTo((variance(values)! * 4999) / 5000, 10);
    const [short, long] = [5, 50].map((length) => blockVariance(values, length));
    expect(short).toBeLessThan(long!);
    // Of (1 + r)/(1 - r) = 9 a block of 50 loses 2r/(1 - r²)/50 = 9 %.
    expect(Math.abs(long! / (9 * 0.91) - 1)).toBeLessThan(0.25);
    expect(blockVariance(Float64Array.of(1, 2, 3), 3)).toBeCloseTo(0, 12);
  });
});
