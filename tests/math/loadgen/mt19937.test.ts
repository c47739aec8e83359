import { expect, it } from "vitest";
import { mt19937 } from "../../../src/math/loadgen/mt19937.ts";

it("is std::mt19937: the 10,000th word of the default seed is the one that ISO C++ requires ([rand.predef])", () => {
  const words = mt19937(5489n);
  for (let count = 1; count < 10_000; count++) words();
  expect(words()).toBe(4_123_659_995);
});

it("takes the lower 32 bits of a seed", () => {
  const seed = 16_159_082_839_903_944_936n;
  expect(mt19937(seed)()).toBe(mt19937(seed & 0xffff_ffffn)());
  expect(mt19937(seed)()).not.toBe(mt19937(seed + 1n)());
});
