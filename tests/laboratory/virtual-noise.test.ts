import { expect, test } from "vitest";
import { virtualNoise, type VirtualNoise } from "./virtual-noise.ts";
import { lagOneAutocorrelation } from "../../src/math/autocorrelation.ts";
import { createRandom } from "../../src/math/random.ts";
import { standardDeviation } from "../../src/math/statistics.ts";

function drawn(noise: VirtualNoise): number[] {
  const at = virtualNoise(noise, createRandom("noise"));
  return Array.from({ length: 40_000 }, (_, index) => at(index + 1));
}

const beyondFour = (values: number[], sd: number): number =>
  values.filter((value) => Math.abs(value) > 4 * sd).length / values.length;

test.each([
  [{ kind: "gaussian", sd: 0.02 }, 0, 0.0003],
  [{ kind: "heavy-tailed", sd: 0.02, degreesOfFreedom: 5 }, 0, 0.005],
  [{ kind: "autocorrelated", sd: 0.02, correlation: 0.6 }, 0.6, 0.0003],
] as const)("%o has its deviation, correlation and tails", (noise, correlation, tails) => {
  const values = drawn(noise);
  expect(standardDeviation(values)! / 0.02).toBeGreaterThan(0.95);
  expect(standardDeviation(values)! / 0.02).toBeLessThan(1.05);
  expect(Math.abs(lagOneAutocorrelation(values) - correlation)).toBeLessThan(0.03);
  expect(beyondFour(values, 0.02)).toBeLessThan(tails);
  if (noise.kind === "heavy-tailed") expect(beyondFour(values, 0.02)).toBeGreaterThan(0.001);
});

test("is the same at a position, asked again", () => {
  const at = virtualNoise({ kind: "autocorrelated", sd: 1, correlation: 0.9 }, createRandom(1));
  const late = at(7);
  expect([at(3), at(7)]).toEqual([at(3), late]);
});
