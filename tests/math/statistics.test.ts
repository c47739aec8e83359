import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/math/random.ts";
import { logRatioInterval, mean, meanInterval, standardDeviation, sum, variance } from "../../src/math/statistics.ts";

const TREATMENT = [12.1, 11.7, 12.6, 12.0, 11.9];
const CONTROL = [10.2, 10.9, 10.1, 10.6];

describe("sum and mean", () => {
  test("agree with numpy's to the last bit", () => {
    expect(sum(Array.from({ length: 1000 }, () => 0.1))).toBe(100.00000000000001);
    expect(mean(TREATMENT)).toBe(12.059999999999999);
  });

  test("add whole numbers exactly at every length around the blocks", () => {
    for (const length of [1, 7, 8, 9, 127, 128, 129, 255, 256, 300, 1025]) {
      expect(sum(Array.from({ length }, (_, index) => index))).toBe((length * (length - 1)) / 2);
    }
  });

  test("take typed arrays, and have no mean of nothing", () => {
    expect(mean(Float64Array.of(1, 2, 6))).toBe(3);
    expect(mean([])).toBeNull();
  });
});

describe("variance and standardDeviation", () => {
  test("divide by n - 1", () => {
    expect(variance(TREATMENT)).toBeCloseTo(0.113, 14);
    expect(standardDeviation(TREATMENT)).toBeCloseTo(0.3361547262794322, 14);
  });

  test("do not lose a small spread on a large mean", () => {
    expect(variance([1e9 + 1, 1e9 + 2, 1e9 + 3])).toBe(1);
  });

  test("are null of fewer than two values", () => {
    expect([variance([]), variance([1]), standardDeviation([1])]).toEqual([null, null, null]);
  });
});

describe("meanInterval", () => {
  test("is Student's", () => {
    const interval = meanInterval(TREATMENT)!;
    expect(interval.lower).toBeCloseTo(11.642608778552788, 11);
    expect(interval.upper).toBeCloseTo(12.47739122144721, 11);
    expect(interval.mean).toBe(12.059999999999999);
  });

  test("narrows with the level and closes where nothing varies", () => {
    const [wide, narrow] = [meanInterval(TREATMENT, 0.99)!, meanInterval(TREATMENT, 0.5)!];
    expect(narrow.upper - narrow.lower).toBeLessThan(wide.upper - wide.lower);
    expect(meanInterval([4, 4, 4])).toEqual({ mean: 4, lower: 4, upper: 4 });
  });

  test("is null of fewer than two values", () => {
    expect(meanInterval([1])).toBeNull();
  });
});

describe("logRatioInterval", () => {
  test("is Welch's interval of the logarithms", () => {
    const at95 = logRatioInterval(TREATMENT, CONTROL)!;
    expect(at95.ratio).toBeCloseTo(1.1542516917003545, 12);
    expect(at95.lower).toBeCloseTo(1.0941652316628796, 11);
    expect(at95.upper).toBeCloseTo(1.2176378203576668, 11);
    expect(at95.degreesOfFreedom).toBeCloseTo(5.648799604604992, 10);
    const at90 = logRatioInterval(TREATMENT, CONTROL, 0.9)!;
    expect(at90.lower).toBeCloseTo(1.1064596963372644, 11);
    expect(at90.upper).toBeCloseTo(1.2041079961642158, 11);
  });

  test("turns over with its sides", () => {
    const [forth, back] = [logRatioInterval(TREATMENT, CONTROL)!, logRatioInterval(CONTROL, TREATMENT)!];
    expect(back.ratio).toBeCloseTo(1 / forth.ratio, 12);
    expect(back.lower).toBeCloseTo(1 / forth.upper, 12);
  });

  test("closes where neither side varies", () => {
    expect(logRatioInterval([2, 2], [1, 1, 1])).toEqual({ ratio: 2, lower: 2, upper: 2, degreesOfFreedom: 3 });
  });

  test("is null of fewer than two values a side, or of values without a logarithm", () => {
    expect(logRatioInterval([1], CONTROL)).toBeNull();
    expect(logRatioInterval(TREATMENT, [])).toBeNull();
    for (const bad of [0, -1, NaN, Infinity]) expect(logRatioInterval(TREATMENT, [1, bad, 2])).toBeNull();
  });

  test("covers the true ratio as often as it says", () => {
    const random = createRandom("welch");
    let covered = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const above = Array.from({ length: 5 }, () => random.lognormal(0.3, 0.1));
      const below = Array.from({ length: 8 }, () => random.lognormal(0, 0.3));
      const { lower, upper } = logRatioInterval(above, below)!;
      if (lower <= Math.exp(0.3) && Math.exp(0.3) <= upper) covered++;
    }
    expect(covered / 2000).toBeGreaterThan(0.93);
    expect(covered / 2000).toBeLessThan(0.97);
  });
});
