import { expect, test } from "vitest";
import { studentTCdf } from "../../src/math/distributions.ts";
import { equivalenceTest } from "../../src/math/equivalence.ts";

test("p is the larger of the two one-sided tests, and below the level exactly where the interval is inside", () => {
  const inside = equivalenceTest(0.3, 0.25, 8, 1);
  expect(inside.p).toBeCloseTo(studentTCdf((0.3 - 1) / 0.25, 8), 14);
  expect([inside.p < 0.05, inside.lower > -1 && inside.upper < 1]).toEqual([true, true]);
  const outside = equivalenceTest(-0.6, 0.25, 8, 1);
  expect([outside.p < 0.05, outside.lower > -1]).toEqual([false, false]);
  expect(equivalenceTest(0.4, 0.25, 8, 1).p).toBeCloseTo(equivalenceTest(-0.4, 0.25, 8, 1).p, 14);
});

test("without noise an effect is inside or it is not", () => {
  expect([equivalenceTest(0.5, 0, 3, 1).p, equivalenceTest(1.5, 0, 3, 1).p]).toEqual([0, 1]);
});

test("an effect at the margin itself is not shown to be within it, also without noise", () => {
  expect(equivalenceTest(1, 0.25, 8, 1).p).toBe(0.5);
  expect(equivalenceTest(-1, 0, 3, 1).p).toBe(0.5);
});
