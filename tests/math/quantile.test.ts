import { describe, expect, test } from "vitest";
import { binomialCdf } from "../../src/math/distributions.ts";
import {
  minimumSampleFor,
  quantileInterval,
  quantileLinear,
  quantileLoadgen,
  sortedCopy,
} from "../../src/math/quantile.ts";
import { createRandom } from "../../src/math/random.ts";

const SAMPLE = sortedCopy([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]);

describe("sortedCopy", () => {
  test("sorts by value and leaves the original alone", () => {
    const values = [10, 9, -1, 2];
    expect([...sortedCopy(values)]).toEqual([-1, 2, 9, 10]);
    expect(values).toEqual([10, 9, -1, 2]);
  });

  test("refuses NaN", () => {
    expect(() => sortedCopy([1, NaN, 2])).toThrow(RangeError);
  });
});

describe("quantileLinear", () => {
  test.each([
    [0, 1],
    [0.1, 1],
    [0.25, 2.25],
    [0.5, 3.5],
    [0.9, 6.299999999999999],
    [0.99, 8.73],
    [1, 9],
  ])("equals numpy.quantile to the last bit at p = %d", (p, value) => {
    expect(quantileLinear(SAMPLE, p)).toBe(value);
  });

  test("is null of no values and refuses a p outside 0 to 1", () => {
    expect(quantileLinear(sortedCopy([]), 0.5)).toBeNull();
    expect(() => quantileLinear(SAMPLE, 99)).toThrow(RangeError);
    expect(() => quantileLinear(SAMPLE, NaN)).toThrow(RangeError);
  });

  test("keeps infinite values that it does not have to average", () => {
    expect(quantileLinear(sortedCopy([1, Infinity, Infinity]), 1)).toBe(Infinity);
    expect(quantileLinear(sortedCopy([1, Infinity, Infinity]), 0.75)).toBe(Infinity);
  });
});

describe("quantileLoadgen", () => {
  test("takes index trunc(n·p)", () => {
    const values = sortedCopy(Array.from({ length: 100 }, (_, index) => index));
    expect(quantileLoadgen(values, 0)).toBe(0);
    expect(quantileLoadgen(values, 0.5)).toBe(50);
    expect(quantileLoadgen(values, 0.99)).toBe(99);
    expect(quantileLoadgen(values, 0.999)).toBe(99);
    expect(quantileLoadgen(SAMPLE, 0.25)).toBe(2);
  });

  test("holds the index to the last value, and is null of none", () => {
    expect(quantileLoadgen(SAMPLE, 1)).toBe(9);
    expect(quantileLoadgen(sortedCopy([]), 0.5)).toBeNull();
  });
});

describe("minimumSampleFor", () => {
  test.each([
    [0.5, 6],
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
    [0.999, 3688],
    [0.01, 368],
  ])("p = %d needs %d values at 95 %%", (p, n) => {
    expect(minimumSampleFor(p)).toBe(n);
    expect(quantileInterval(n, p)).not.toBeNull();
    expect(quantileInterval(n - 1, p)).toBeNull();
  });

  test("is out of reach at the ends", () => {
    expect(minimumSampleFor(1)).toBe(Infinity);
    expect(quantileInterval(1e9, 0)).toBeNull();
  });
});

describe("quantileInterval", () => {
  test("matches the textbook's interval of a median", () => {
    // Order statistics 2 and 9 of 10, coverage 97.9 % (David and Nagaraja, section 7.1).
    expect(quantileInterval(10, 0.5)).toEqual({ lower: 1, upper: 8 });
    expect(quantileInterval(368, 0.99)?.upper).toBe(367);
  });

  test.each([
    [100, 0.9, 0.95],
    [1000, 0.99, 0.95],
    [13_368, 0.99, 0.9],
    [400, 0.5, 0.99],
  ])("is the narrowest that keeps both tails: n = %d, p = %d, level %d", (n, p, level) => {
    const { lower, upper } = quantileInterval(n, p, level)!;
    const tail = (1 - level) / 2;
    expect(binomialCdf(lower, n, p)).toBeLessThanOrEqual(tail);
    expect(binomialCdf(lower + 1, n, p)).toBeGreaterThan(tail);
    expect(1 - binomialCdf(upper, n, p)).toBeLessThanOrEqual(tail);
    expect(1 - binomialCdf(upper - 1, n, p)).toBeGreaterThan(tail);
  });

  test("covers the true quantile as often as it says", () => {
    const random = createRandom("coverage");
    const { lower, upper } = quantileInterval(120, 0.9)!;
    const truth = -Math.log(0.1);
    let covered = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const values = sortedCopy(Array.from({ length: 120 }, () => random.exponential(1)));
      if (values[lower]! <= truth && truth <= values[upper]!) covered++;
    }
    expect(covered / 4000).toBeGreaterThan(0.945);
    expect(covered / 4000).toBeLessThan(0.985);
  });
});
