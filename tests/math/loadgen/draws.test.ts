import { describe, expect, it } from "vitest";
import { drawsOf, exponentialNs, shuffle, standardLibraries } from "../../../src/math/loadgen/draws.ts";

function permutation(size: number, seed: string, library: (typeof standardLibraries)[number]): number[] {
  const items = Uint32Array.from({ length: size }, (_, index) => index);
  shuffle(items, drawsOf(seed, library));
  return [...items];
}

describe("shuffle", () => {
  // First entries of `loaded_qsl_set` in two logs of llama31b-benchmark: one data set, one seed, two builds of LoadGen.
  it.each([
    { library: "libstdc++-11", first: [12008, 8993, 5671, 7116, 5241, 5646, 6561, 6352] },
    { library: "libstdc++-10", first: [12026, 8486, 2431, 7325, 4239, 5648, 4702, 6352] },
  ] as const)("is std::shuffle of $library", ({ library, first }) => {
    const order = permutation(13_368, "2465351861681999779", library);
    expect(order.slice(0, 8)).toEqual(first);
    expect(new Set(order).size).toBe(13_368);
  });

  it.each([1, 2, 3, 65_535, 65_536, 70_001])(
    "keeps all of %i items, where two places come from one number and where not",
    (size) => {
      for (const library of standardLibraries) expect(new Set(permutation(size, "7", library)).size).toBe(size);
    },
  );

  it("leaves what is outside its range", () => {
    const items = Uint32Array.from([9, 8, 0, 1, 2, 3, 7]);
    shuffle(items, drawsOf("7", "libstdc++-11"), 2, 6);
    expect([items[0], items[1], items[6]]).toEqual([9, 8, 7]);
    expect([...items].toSorted()).toEqual([0, 1, 2, 3, 7, 8, 9]);
  });
});

describe("below", () => {
  it.each(standardLibraries)("is uniform in its range with %s", (library) => {
    const { below } = drawsOf("42", library);
    const seen = new Map<number, number>();
    for (let count = 0; count < 6000; count++) {
      const value = below(6);
      seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    expect([...seen.keys()].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    // Chi-squared with 5 degrees of freedom: below 25.7 with probability 0.9999. The seed is fixed.
    const spread = [...seen.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(spread).toBeLessThan(25.7);
  });
});

describe("exponentialNs", () => {
  it("gives whole nanoseconds whose mean is the period", () => {
    const draws = drawsOf("3333333333333333333", "libstdc++-11");
    const gaps = Array.from({ length: 20_000 }, () => exponentialNs(draws, 20));
    expect(gaps.every(Number.isInteger)).toBe(true);
    // Four standard errors of an exponential's mean.
    expect(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / 20_000 / 50e6 - 1)).toBeLessThan(4 / Math.sqrt(20_000));
  });
});
