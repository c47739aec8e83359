import { describe, expect, test } from "vitest";
import { normalCdf } from "../../src/math/distributions.ts";
import { createRandom, xoshiro128 } from "../../src/math/random.ts";
import { mean, variance } from "../../src/math/statistics.ts";

const COUNT = 40_000;

function draw(take: () => number, count = COUNT): number[] {
  return Array.from({ length: count }, take);
}

/** Kolmogorov's distance times √n; above 1.95 in one of 1000 honest samples. */
function kolmogorov(values: readonly number[], cdf: (x: number) => number): number {
  const ascending = values.toSorted((a, b) => a - b);
  const distances = ascending.map((value, index) =>
    Math.max(cdf(value) - index / values.length, (index + 1) / values.length - cdf(value)),
  );
  return Math.sqrt(values.length) * distances.reduce((a, b) => Math.max(a, b));
}

describe("the generator", () => {
  test("gives the words of the authors' C program", () => {
    expect(draw(xoshiro128([1, 2, 3, 4]), 10)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  test("gives the same numbers for the same seed, ever", () => {
    expect(draw(createRandom(42).next, 3)).toEqual(draw(createRandom("42").next, 3));
    expect(draw(createRandom("ceteris").next, 3)).toEqual([
      0.14573860776734926, 0.7201334936405336, 0.08149785917928476,
    ]);
  });

  test("gives other numbers for another seed", () => {
    const firsts = new Set(Array.from({ length: 10_000 }, (_, seed) => createRandom(seed).next()));
    expect(firsts.size).toBe(10_000);
    expect(kolmogorov([...firsts], (x) => x)).toBeLessThan(1.95);
  });
});

describe("fork", () => {
  test("depends on seed and label, not on what was drawn", () => {
    const fresh = createRandom(1);
    const used = createRandom(1);
    draw(used.next, 100);
    expect(draw(used.fork("arrivals").next, 3)).toEqual(draw(fresh.fork("arrivals").next, 3));
  });

  test("does not confuse paths, nor a fork with a seed", () => {
    const root = createRandom("a");
    const streams = [
      root,
      root.fork("b"),
      root.fork("c"),
      root.fork("b").fork("c"),
      root.fork("bc"),
      createRandom("ab"),
    ];
    expect(new Set(streams.map((stream) => stream.next())).size).toBe(streams.length);
  });

  test("gives streams without correlation", () => {
    const [left, right] = [createRandom(5).fork("1"), createRandom(5).fork("2")];
    const products = draw(() => (left.next() - 0.5) * (right.next() - 0.5) * 12);
    expect(Math.abs(mean(products)!)).toBeLessThan(4 / Math.sqrt(COUNT));
  });
});

describe("distributions", () => {
  test("next is uniform, below 1, and finer than 32 bits", () => {
    const values = draw(createRandom("uniform").next);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(kolmogorov(values, (x) => x)).toBeLessThan(1.95);
    expect(values.some((value) => !Number.isInteger(value * 2 ** 32))).toBe(true);
  });

  test("integer is uniform without bias", () => {
    const random = createRandom("integers");
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (const value of draw(() => random.integer(7))) counts[value]!++;
    const expected = COUNT / 7;
    const chiSquared = counts.map((count) => (count - expected) ** 2 / expected).reduce((a, b) => a + b);
    // 22.46 is the 99.9 % point of chi-squared with 6 degrees of freedom.
    expect(chiSquared).toBeLessThan(22.46);
    expect(random.integer(1)).toBe(0);
  });

  test("integer covers its whole range and refuses anything else", () => {
    const random = createRandom("range");
    const large = draw(() => random.integer(Number.MAX_SAFE_INTEGER), 1000);
    expect(large.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true);
    expect(Math.max(...large)).toBeGreaterThan(2 ** 52);
    for (const bad of [0, -1, 1.5, NaN, 2 ** 53]) expect(() => random.integer(bad)).toThrow(RangeError);
  });

  test("normal is standard normal", () => {
    expect(kolmogorov(draw(createRandom("normal").normal), normalCdf)).toBeLessThan(1.95);
  });

  test("exponential has the rate asked for", () => {
    const random = createRandom("exponential");
    expect(
      kolmogorov(
        draw(() => random.exponential(4)),
        (x) => 1 - Math.exp(-4 * x),
      ),
    ).toBeLessThan(1.95);
  });

  test("lognormal has a normal logarithm", () => {
    const random = createRandom("lognormal");
    const values = draw(() => random.lognormal(2, 0.5));
    expect(kolmogorov(values, (x) => normalCdf((Math.log(x) - 2) / 0.5))).toBeLessThan(1.95);
  });

  test.each([0.3, 1, 4.5])("gamma of shape %d has its mean and variance", (shape) => {
    const random = createRandom(`gamma ${shape}`);
    const values = draw(() => random.gamma(shape, 2));
    const meanError = Math.sqrt((shape * 4) / COUNT);
    expect(Math.abs(mean(values)! - 2 * shape)).toBeLessThan(4 * meanError);
    expect(variance(values)! / (4 * shape)).toBeGreaterThan(0.9);
    expect(variance(values)! / (4 * shape)).toBeLessThan(1.1);
  });

  test("gamma of shape 1 is exponential", () => {
    const random = createRandom("gamma");
    expect(
      kolmogorov(
        draw(() => random.gamma(1, 2)),
        (x) => 1 - Math.exp(-x / 2),
      ),
    ).toBeLessThan(1.95);
  });
});

describe("shuffle", () => {
  test("returns the same items in a new array", () => {
    const items = ["a", "b", "c", "d"];
    const shuffled = createRandom(3).shuffle(items);
    expect(items).toEqual(["a", "b", "c", "d"]);
    expect(shuffled.toSorted()).toEqual(items);
    expect(createRandom(3).shuffle([])).toEqual([]);
  });

  test("gives every order alike", () => {
    const random = createRandom("orders");
    const counts = new Map<string, number>();
    for (let trial = 0; trial < 24_000; trial++) {
      const order = random.shuffle([1, 2, 3, 4]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquared = [...counts.values()].map((count) => (count - 1000) ** 2 / 1000).reduce((a, b) => a + b);
    // 49.73 is the 99.9 % point of chi-squared with 23 degrees of freedom.
    expect(chiSquared).toBeLessThan(49.73);
  });
});
