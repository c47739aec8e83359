import { describe, expect, test } from "vitest";
import { bySize, mean, meanInterval, standardDeviation, sum, variance } from "../../src/math/statistics.ts";

const TREATMENT = [12.1, 11.7, 12.6, 12.0, 11.9];

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

test("orders ratios by how far they lie from 1, whichever way; none counts as 1", () => {
  const ratioOf = (item: { ratio: number | null }): number | null => item.ratio;
  const items = [{ ratio: 1.5 }, { ratio: null }, { ratio: 0.5 }, { ratio: 2 }];
  expect(bySize(items, ratioOf).map(ratioOf)).toEqual([0.5, 2, 1.5, null]);
});
