import { describe, expect, test } from "vitest";
import { pairedT, wilcoxonSignedRank } from "../../src/math/paired.ts";

/** Student's data on sleep, 1908: hours gained with one drug less those with the other. */
const sleep = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4];

describe("pairedT", () => {
  test("of Student's sleep data is R's", () => {
    const found = pairedT(sleep)!;
    expect(found.t).toBeCloseTo(4.0621, 4);
    expect(found.p).toBeCloseTo(0.002833, 6);
    expect([found.lower, found.upper].map((one) => one.toFixed(4))).toEqual(["0.7001", "2.4599"]);
    expect(found.mean).toBeCloseTo(1.58, 12);
  });

  test("needs two, and knows equal ones", () => {
    expect(pairedT([1])).toBeNull();
    expect(pairedT([0, 0])).toMatchObject({ t: 0, p: 1 });
    expect(pairedT([2, 2])).toMatchObject({ p: 0, lower: 2, upper: 2 });
  });
});

describe("wilcoxonSignedRank", () => {
  test("has the published critical values", () => {
    // Ten differences, two-sided 5 %: a rank sum of 8, whose p is 0.0488.
    expect(wilcoxonSignedRank([1, 2, -3, 4, -5, 6, 7, 8, 9, 10])).toEqual({
      positive: 47,
      negative: 8,
      n: 10,
      p: 0.048828125,
      exact: true,
    });
    expect(wilcoxonSignedRank([1, 2, 3, 4, 5])?.p).toBe(0.0625);
  });

  test("leaves zeros out and shares ranks between ties", () => {
    const found = wilcoxonSignedRank([0, 1, 1, -1, 3])!;
    expect(found).toMatchObject({ n: 4, positive: 8, negative: 2 });
    // By hand: ranks 2, 2, 2, 4; of 16 signs, 4 give a positive sum of at most 2.
    expect(found.p).toBe((2 * 4) / 16);
    expect(wilcoxonSignedRank([0, 0])).toBeNull();
  });

  test("is nearly the same where it turns normal", () => {
    const values = Array.from({ length: 51 }, (_, index) => (index % 3 === 0 ? -1 : 1) * (index + 1));
    const normal = wilcoxonSignedRank(values)!;
    const exact = wilcoxonSignedRank(values.slice(0, 50))!;
    expect([normal.exact, exact.exact]).toEqual([false, true]);
    expect(Math.abs(normal.p - exact.p)).toBeLessThan(0.02);
  });
});
