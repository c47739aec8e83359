import { expect, test } from "vitest";
import { firstWhere } from "../../src/math/first-where.ts";

test("finds the first number at which a condition holds, and the last where none does", () => {
  for (const first of [3, 4, 7, 9]) expect(firstWhere(3, 9, (at) => at >= first)).toBe(first);
  expect(firstWhere(0, 5, () => false)).toBe(5);
  expect(firstWhere(2, 2, () => true)).toBe(2);
});
