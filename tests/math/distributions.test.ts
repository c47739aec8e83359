import { describe, expect, test } from "vitest";
import {
  binomialCdf,
  logGamma,
  normalCdf,
  normalQuantile,
  regularisedIncompleteBeta,
  studentTCdf,
  studentTQuantile,
} from "../../src/math/distributions.ts";

/** Known values are scipy 1.17.1's, but for those with a closed form. */
function relativeError(value: number, known: number): number {
  return Math.abs(value / known - 1);
}

describe("normalCdf", () => {
  test.each([
    [0, 0.5],
    [-1.96, 0.024997895148220435],
    [1, 0.8413447460685429],
    [3.5, 0.9997673709209645],
  ])("P(Z <= %d) = %d", (z, p) => expect(relativeError(normalCdf(z), p)).toBeLessThan(1e-12));

  test("reaches into the tails", () => {
    expect(relativeError(normalCdf(-8), 6.22096057427174e-16)).toBeLessThan(1e-8);
    expect(normalCdf(-Infinity)).toBe(0);
    expect(normalCdf(Infinity)).toBe(1);
  });
});

describe("normalQuantile", () => {
  test.each([
    [1e-12, -7.034483825301131],
    [0.001, -3.090232306167813],
    [0.3, -0.5244005127080409],
    [0.975, 1.959963984540054],
  ])("of %d is %d", (p, z) => expect(relativeError(normalQuantile(p), z)).toBeLessThan(1e-14));

  test("is 0 in the middle, infinite at the ends and nothing beyond", () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(1.1)).toBeNaN();
  });
});

describe("logGamma", () => {
  test.each([
    [0.1, 2.252712651734206],
    [7.5, 7.534364236758734],
    [1234.5, 7550.550901077894],
  ])("ln Γ(%d) = %d", (x, value) => expect(relativeError(logGamma(x), value)).toBeLessThan(1e-14));

  test("is the logarithm of factorials", () => {
    let factorial = 1;
    for (let n = 1; n < 20; n++) {
      expect(Math.abs(logGamma(n) - Math.log(factorial))).toBeLessThan(1e-13);
      factorial *= n;
    }
  });

  test("is not defined from 0 down", () => {
    expect([logGamma(0), logGamma(-1.5)]).toEqual([NaN, NaN]);
  });
});

describe("regularisedIncompleteBeta", () => {
  test.each([
    [0.3, 0.5, 2.5, 0.7968893362799453],
    [0.4, 2, 3, 0.5248],
    [0.55, 120, 80, 0.07561485992804813],
    [0.9995, 5000, 3, 0.5435244966702919],
  ])("I_%d(%d, %d) = %d", (x, a, b, value) =>
    expect(relativeError(regularisedIncompleteBeta(x, a, b), value)).toBeLessThan(1e-12),
  );

  test("has its closed forms and ends", () => {
    expect(relativeError(regularisedIncompleteBeta(0.3, 1, 1), 0.3)).toBeLessThan(1e-12);
    expect(relativeError(regularisedIncompleteBeta(0.3, 4, 1), 0.3 ** 4)).toBeLessThan(1e-12);
    expect(regularisedIncompleteBeta(0, 2, 3)).toBe(0);
    expect(regularisedIncompleteBeta(1, 2, 3)).toBe(1);
  });
});

describe("studentTCdf", () => {
  test.each([
    [-2.5, 3, 0.04385332350403278],
    [1, 1, 0.75],
    [2.1, 17.3, 0.9746558884885662],
    [0, 5, 0.5],
  ])("P(T <= %d), %d degrees: %d", (t, degrees, p) =>
    expect(relativeError(studentTCdf(t, degrees), p)).toBeLessThan(1e-12),
  );

  test("comes close to the normal distribution", () => {
    expect(relativeError(studentTCdf(-1.96, 1e6), 0.024998033792634926)).toBeLessThan(1e-10);
    expect([studentTCdf(-Infinity, 3), studentTCdf(Infinity, 3), studentTCdf(NaN, 3)]).toEqual([0, 1, NaN]);
  });
});

describe("studentTQuantile", () => {
  test.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 2, 4.302652729749462],
    [0.975, 4, 2.7764451051977934],
    [0.95, 9.7, 1.8181659123979341],
    [0.995, 120, 2.6174211451068654],
    [1e-6, 5, -24.771029720515948],
  ])("of %d with %d degrees is %d", (p, degrees, t) =>
    expect(relativeError(studentTQuantile(p, degrees), t)).toBeLessThan(1e-11),
  );

  test("undoes the distribution function", () => {
    for (const degrees of [1, 2.5, 8, 40, 1000]) {
      for (const p of [0.001, 0.2, 0.5, 0.77, 0.9999]) {
        expect(relativeError(studentTCdf(studentTQuantile(p, degrees), degrees), p)).toBeLessThan(1e-12);
      }
    }
  });

  test("is infinite at the ends and nothing beyond", () => {
    expect([studentTQuantile(0, 3), studentTQuantile(1, 3)]).toEqual([-Infinity, Infinity]);
    expect([studentTQuantile(1.5, 3), studentTQuantile(0.9, 0)]).toEqual([NaN, NaN]);
  });
});

describe("binomialCdf", () => {
  test.each([
    [3, 10, 0.5, 0.171875],
    [980, 1000, 0.99, 0.003288359787727489],
    [0, 368, 0.01, 0.99 ** 368],
    [13_240, 13_368, 0.99, 0.7009223842843759],
  ])("P(X <= %d of %d) at p = %d is %d", (k, n, p, value) =>
    expect(relativeError(binomialCdf(k, n, p), value)).toBeLessThan(1e-12),
  );

  test("is 0 below and 1 from n on, and rounds k down", () => {
    expect([binomialCdf(-1, 5, 0.5), binomialCdf(5, 5, 0.5), binomialCdf(9, 5, 0.5)]).toEqual([0, 1, 1]);
    expect(binomialCdf(3.7, 10, 0.5)).toBe(binomialCdf(3, 10, 0.5));
  });
});
