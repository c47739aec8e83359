import { describe, expect, test } from "vitest";
import { studentTCdf, studentTQuantile } from "../../src/math/distributions.ts";
import { detectableNoncentrality, noncentralTCdf, powerOfT } from "../../src/math/power.ts";

describe("powerOfT", () => {
  // F. Faul et al., G*Power 3.1 manual: t tests, d = 0.5, alpha 0.05 two-sided.
  test.each([
    ["two groups of 64", 126, 0.5 * Math.sqrt(32), 0.8014596],
    ["34 pairs", 33, 0.5 * Math.sqrt(34), 0.8077775],
  ])("of %s is G*Power's", (_, degreesOfFreedom, noncentrality, power) => {
    const criticalT = studentTQuantile(0.975, degreesOfFreedom);
    expect(powerOfT(criticalT, degreesOfFreedom, noncentrality)).toBeCloseTo(power, 6);
  });

  test("of no effect is the level", () => {
    expect(powerOfT(studentTQuantile(0.975, 4), 4, 0)).toBeCloseTo(0.05, 7);
  });
});

test("noncentralTCdf without noncentrality is Student's", () => {
  for (const t of [-3, -0.5, 0, 2]) expect(noncentralTCdf(t, 2, 0)).toBeCloseTo(studentTCdf(t, 2), 7);
});

test("detectableNoncentrality has the power that was asked for", () => {
  const delta = detectableNoncentrality(2.7, 9, 0.8);
  expect(powerOfT(2.7, 9, delta)).toBeCloseTo(0.8, 6);
});
