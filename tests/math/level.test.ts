import { expect, it } from "vitest";
import { geometricMean, levelOf } from "../../src/math/level.ts";

it("is the geometric mean, and the arithmetic one where a value is zero", () => {
  expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
  expect(geometricMean([5])).toBe(5);
  expect(geometricMean([0, 8])).toBeNull();
  expect(levelOf([0, 8])).toBe(4);
  expect(levelOf([])).toBeNull();
});
