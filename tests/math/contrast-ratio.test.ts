import { expect, it } from "vitest";
import { fitBlockModel } from "../../src/math/block-model.ts";
import { contrastRatio } from "../../src/math/contrast-ratio.ts";
import { meanInterval } from "../../src/math/statistics.ts";

const difference = new Map([
  [0, 1],
  [1, -1],
]);

it("is Student's paired t where each block holds both arms once", () => {
  const pairs = [
    [0.3, 0.1],
    [0.5, 0.25],
    [0.4, 0.22],
  ] as const;
  const model = fitBlockModel(pairs.flatMap((pair, block) => pair.map((value, arm) => ({ arm, block, value }))));
  const paired = meanInterval(pairs.map(([above, below]) => above - below))!;
  const found = contrastRatio(model, difference)!;
  expect(found.ratio).toBeCloseTo(Math.exp(paired.mean), 12);
  expect(found.interval!.lower).toBeCloseTo(Math.exp(paired.lower), 9);
  expect(found.interval!.upper).toBeCloseTo(Math.exp(paired.upper), 9);
});

it("has no interval where nothing is left, and is null where no block ties the arms", () => {
  const both = [0, 1].map((arm) => ({ arm, block: 0, value: arm }));
  expect(contrastRatio(fitBlockModel(both), difference)).toEqual({ ratio: Math.exp(-1), interval: null });
  const apart = [0, 1].map((arm) => ({ arm, block: arm, value: arm }));
  expect(contrastRatio(fitBlockModel(apart), difference)).toBeNull();
});
