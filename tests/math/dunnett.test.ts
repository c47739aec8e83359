import { describe, expect, test } from "vitest";
import { studentTCdf } from "../../src/math/distributions.ts";
import { dunnettP, dunnettQuantile } from "../../src/math/dunnett.ts";
import { createRandom } from "../../src/math/random.ts";

const shared = (count: number): number[] => Array.from({ length: count }, () => Math.SQRT1_2);

describe("dunnettQuantile", () => {
  // C. W. Dunnett, "New tables for multiple comparisons with a control", Biometrics 20, 1964, two-sided, one to nine changes.
  test.each([
    [5, [2.57, 3.03, 3.29, 3.48, 3.62, 3.73, 3.82, 3.9, 3.97]],
    [10, [2.23, 2.57, 2.76, 2.89, 2.99, 3.07, 3.14, 3.19, 3.24]],
    [20, [2.09, 2.38, 2.54, 2.65, 2.73, 2.8, 2.86, 2.9, 2.95]],
    [60, [2.0, 2.27, 2.41, 2.51, 2.58, 2.64, 2.69, 2.73, 2.77]],
    [Infinity, [1.96, 2.21, 2.35, 2.44, 2.51, 2.57, 2.61, 2.65, 2.69]],
  ])("at 95 %% and %d degrees of freedom is the published table", (degreesOfFreedom, table) => {
    for (const [index, value] of table.entries()) {
      expect(Math.abs(dunnettQuantile(0.95, shared(index + 1), degreesOfFreedom) - value)).toBeLessThan(0.0055);
    }
  });

  test("at 99 % is the published table too", () => {
    const table = [3.17, 3.53, 3.74, 3.88, 3.99, 4.08, 4.16, 4.22, 4.28];
    for (const [index, value] of table.entries()) {
      expect(Math.abs(dunnettQuantile(0.99, shared(index + 1), 10) - value)).toBeLessThan(0.0055);
    }
  });

  test("is where the p is", () => {
    const loadings = [0.3, 0.7, 0.95];
    expect(dunnettP(dunnettQuantile(0.9, loadings, 7), loadings, 7)).toBeCloseTo(0.1, 6);
  });
});

describe("dunnettP", () => {
  test.each([1, 3, 12.5, 200])("of one comparison is Student's, %d degrees of freedom", (degreesOfFreedom) => {
    for (const t of [0.3, 2, 6]) {
      expect(dunnettP(t, [0.6], degreesOfFreedom)).toBeCloseTo(2 * studentTCdf(-t, degreesOfFreedom), 7);
    }
  });

  test("of independent comparisons with a known deviation is Šidák's", () => {
    expect(dunnettP(2.3, [0, 0, 0], Infinity)).toBeCloseTo(1 - (1 - 2 * studentTCdf(-2.3, Infinity)) ** 3, 9);
  });

  test("agrees with simulation where the correlations differ", () => {
    const loadings = [0.2, 0.6, 0.9];
    const random = createRandom("dunnett");
    let beyond = 0;
    const draws = 60_000;
    for (let draw = 0; draw < draws; draw++) {
      const common = random.normal();
      const scale = Math.sqrt(random.gamma(3, 1 / 3));
      const largest = Math.max(
        ...loadings.map((one) => Math.abs(one * common + Math.sqrt(1 - one * one) * random.normal())),
      );
      beyond += Number(largest / scale >= 2.5);
    }
    const p = dunnettP(2.5, loadings, 6);
    expect(Math.abs(beyond / draws - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws));
  });

  test("is 1 at zero, 0 at infinity and the same on both sides", () => {
    expect(dunnettP(0, shared(3), 5)).toBe(1);
    expect(dunnettP(Infinity, shared(3), 5)).toBe(0);
    expect(dunnettP(-2, shared(3), 5)).toBe(dunnettP(2, shared(3), 5));
  });
});

describe("dunnettQuantile with one side", () => {
  // C. W. Dunnett, "A multiple comparison procedure for comparing several treatments with a control", JASA 50, 1955, one-sided.
  test.each([
    [5, [2.02, 2.44, 2.68, 2.85, 2.98, 3.08, 3.16, 3.24, 3.3]],
    [10, [1.81, 2.15, 2.34, 2.47, 2.56, 2.64, 2.7, 2.76, 2.81]],
    [20, [1.72, 2.03, 2.19, 2.3, 2.39, 2.46, 2.51, 2.56, 2.6]],
    [60, [1.67, 1.95, 2.1, 2.21, 2.28, 2.35, 2.39, 2.44, 2.48]],
    [Infinity, [1.64, 1.92, 2.06, 2.16, 2.23, 2.29, 2.34, 2.38, 2.42]],
  ])("at 95 %% and %d degrees of freedom is the published table", (degreesOfFreedom, table) => {
    for (const [index, value] of table.entries()) {
      expect(Math.abs(dunnettQuantile(0.95, shared(index + 1), degreesOfFreedom, "one") - value)).toBeLessThan(0.0055);
    }
  });

  test("is where the p is, and that of one comparison is Student's on both sides of zero", () => {
    const loadings = [0.3, 0.7, 0.95];
    expect(dunnettP(dunnettQuantile(0.9, loadings, 7, "one"), loadings, 7, "one")).toBeCloseTo(0.1, 6);
    for (const t of [-1.5, 0, 2]) expect(dunnettP(t, [0.6], 5, "one")).toBeCloseTo(studentTCdf(-t, 5), 7);
  });
});
