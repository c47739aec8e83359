import { expect, it } from "vitest";
import { armVariances, contrastVariance } from "../../src/math/arm-variances.ts";
import { fitBlockModel } from "../../src/math/block-model.ts";
import { plannedVariances } from "../../src/math/planned-variances.ts";
import { createRandom } from "../../src/math/random.ts";
import { mean } from "../../src/math/statistics.ts";

it.each([
  [4, 2, 4],
  [2, 1, 6],
  [1, 1, 3],
])("draws what whole studies say: %i changes, %i baselines, %i blocks", (changes, baselines, blocks) => {
  const random = createRandom("whole");
  const arms = [...Array<number>(baselines).fill(0), ...Array.from({ length: changes }, (_, index) => index + 1)];
  const against = new Map([
    [1, 1],
    [0, -1],
  ]);
  const whole = Array.from({ length: 400 }, () => {
    const all = Array.from({ length: blocks }, (_, block) =>
      arms.map((arm) => ({ arm, block, value: random.normal() })),
    ).flat();
    const model = fitBlockModel(all);
    return contrastVariance({ model, variances: armVariances(all, model) }, against);
  });
  const planned = plannedVariances({ changes, baselines, blocks, against: "baseline" });
  // The mean of 400 has an error of 4 % where the variance has 3 degrees of freedom.
  const ratio = (figure: (one: { variance: number; degreesOfFreedom: number }) => number): number =>
    mean(planned.map(figure))! / mean(whole.map(figure))!;
  expect(Math.abs(ratio(({ variance }) => variance) - 1)).toBeLessThan(0.15);
  expect(Math.abs(ratio(({ degreesOfFreedom }) => degreesOfFreedom) - 1)).toBeLessThan(0.1);
});
