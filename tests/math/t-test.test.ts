import { expect, it } from "vitest";
import { twoSidedP, upperTailP } from "../../src/math/t-test.ts";

it("is the tail of Student's t", () => {
  // Quantiles of the table: t(4) at 5 %, t(10) at 2.5 %.
  expect(upperTailP(2.1318, 1, 4)).toBeCloseTo(0.05, 4);
  expect(upperTailP(-2.1318, 1, 4)).toBeCloseTo(0.95, 4);
  expect(twoSidedP(-4.4563, 2, 10)).toBeCloseTo(0.05, 4);
});

it("goes by the distance alone where there is no error", () => {
  expect([upperTailP(0.1, 0, 3), upperTailP(0, 0, 3), upperTailP(-0.1, 0, 3)]).toEqual([0, 0.5, 1]);
  expect([twoSidedP(0.1, 0, 3), twoSidedP(0, 0, 3), twoSidedP(-0.1, 0, 3)]).toEqual([0, 1, 0]);
});
