import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/math/random.ts";
import { trendOf } from "../../src/math/trend.ts";

/** Noise of standard deviation 1 whose neighbours are correlated by `r`, on a line that climbs by `change`. */
function series(seed: string, n: number, { r = 0, change = 0 } = {}): number[] {
  const random = createRandom(seed);
  let state = random.normal();
  return Array.from({ length: n }, (_, at) => {
    state = r * state + Math.sqrt(1 - r * r) * random.normal();
    return state + (change * at) / (n - 1);
  });
}

function found(n: number, level: number, options: { r?: number; change?: number }, repeats = 1000): number {
  let count = 0;
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    if (trendOf(series(`trend ${repeat}`, n, options))!.p < level) count += 1;
  }
  return count / repeats;
}

describe("trendOf", () => {
  it("is three times Mann's and Kendall's p where that is the smallest and neighbours have nothing in common", () => {
    // S = 22 of 28 pairs, variance 8·7·21/18: z = 21/8.083. The noise's r1 is negative, so that nothing is widened.
    const { p, change } = trendOf([1, 3, 2, 5, 4, 7, 6, 8])!;
    expect(p).toBeCloseTo(3 * 0.009375, 5);
    expect(change).toBeCloseTo(7, 10);
  });

  it("finds no more trends than it says where there are none", () => {
    expect(found(20, 0.05, {})).toBeLessThan(0.06);
    expect(found(30, 0.005, {})).toBeLessThan(0.012);
  });

  it("takes autocorrelation for no trend: without the allowance one in three would be one", () => {
    expect(found(30, 0.05, { r: 0.6 })).toBeLessThan(0.13);
    expect(found(30, 0.005, { r: 0.6 })).toBeLessThan(0.06);
  });

  it("finds a trend of four standard deviations", () => {
    expect(found(30, 0.005, { change: 4 })).toBeGreaterThan(0.9);
  });

  it("finds a drift that settles, whose curve is no noise that remembers", () => {
    const settling = (seed: string): number[] =>
      series(seed, 20).map((value, at) => 100 * (1 + Math.exp((-4 * at) / 19)) + value);
    const trends = Array.from({ length: 200 }, (_, repeat) => trendOf(settling(`settle ${repeat}`))!);
    expect(trends.filter(({ p, change }) => p < 0.001 && change < -40).length).toBe(200);
  });

  it("finds a step in the middle, which no line fits", () => {
    const steps = Array.from({ length: 200 }, (_, repeat) =>
      trendOf(series(`step ${repeat}`, 30).map((value, at) => (at < 14 ? value : value + 4))),
    );
    expect(steps.filter((trend) => trend!.p < 0.005).length).toBeGreaterThan(180);
  });

  it("needs eight values, and sees nothing in a constant", () => {
    expect(trendOf([1, 2, 3, 4, 5, 6, 7])).toBeNull();
    expect(trendOf(Array.from({ length: 10 }, () => 3))).toEqual({ change: 0, p: 1 });
  });
});
