import { expect, test } from "vitest";
import { normalCdf } from "../../src/math/distributions.ts";
import { tabulated } from "../../src/math/tabulated.ts";

test("is the function to 1e-10, exactly at 0, and asks for it 14 times in each half unit", () => {
  const sharp = (x: number): number => (normalCdf(x) - normalCdf(-x)) ** 100;
  let asked = 0;
  const quick = tabulated((x) => {
    asked += 1;
    return sharp(x);
  });
  expect(quick(0)).toBe(0);
  const places = Array.from({ length: 600 }, (_, index) => -0.99 + index * 0.0133);
  expect(Math.max(...places.map((x) => Math.abs(quick(x) - sharp(x))))).toBeLessThan(1e-10);
  expect(asked).toBe(14 * 16);
});
