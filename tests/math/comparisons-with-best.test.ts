import { describe, expect, it } from "vitest";
import { comparisonsWithBest } from "../../src/math/comparisons-with-best.ts";
import { dunnettQuantile } from "../../src/math/dunnett.ts";
import { createRandom } from "../../src/math/random.ts";

/** Means of groups of equal size with one variance: the one-way layout of the textbook. */
function ofMeans(means: number[], standardError: number, degreesOfFreedom: number) {
  return comparisonsWithBest(
    means,
    (arm, control) => ({
      estimate: means[arm]! - means[control]!,
      standardError,
      degreesOfFreedom,
      loading: Math.SQRT1_2,
    }),
    0.95,
  );
}

describe("comparisonsWithBest", () => {
  it("is Hsu's formula: the difference to the best of the others ± d s √(2/n), cut at 0", () => {
    const means = [10, 9.5, 7, 4];
    const margin = dunnettQuantile(0.95, [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2], 16, "one") * 0.8;
    const found = ofMeans(means, 0.8, 16);
    expect(found.map(({ mayBeBest }) => mayBeBest)).toEqual([true, true, false, false]);
    const expected = [
      [0.5 - margin, 0.5 + margin],
      [-0.5 - margin, -0.5 + margin],
      [-3 - margin, 0],
      [-6 - margin, 0],
    ];
    for (const [arm, [lower, upper]] of expected.entries()) {
      // Loadings are cut, so that bounds are wider by less than 1 % of the margin.
      expect(Math.abs(found[arm]!.lower - lower!)).toBeLessThan(margin / 100);
      expect(Math.abs(found[arm]!.upper - upper!)).toBeLessThan(margin / 100);
    }
  });

  it("gives one that is shown to be the best no lower bound below 0", () => {
    const [best, second] = ofMeans([10, 2, 1], 0.5, 12);
    expect(best).toMatchObject({ lower: 0, mayBeBest: true });
    expect(best!.upper).toBeGreaterThan(8);
    expect(second).toMatchObject({ upper: 0, mayBeBest: false });
  });

  it("keeps what is equal, also without any noise", () => {
    expect(ofMeans([3, 3, 1], 0, 6).map(({ mayBeBest }) => mayBeBest)).toEqual([true, true, false]);
  });

  it("holds the truly best one in 95 % of all draws where all are equal, and no more often than need be", () => {
    const random = createRandom("best");
    const [arms, size, draws] = [6, 5, 4000];
    let held = 0;
    let errors = 0;
    for (let draw = 0; draw < draws; draw++) {
      const groups = Array.from({ length: arms }, () => Array.from({ length: size }, () => random.normal()));
      const means = groups.map((group) => group.reduce((sum, one) => sum + one, 0) / size);
      const squares = groups.flatMap((group, arm) => group.map((one) => (one - means[arm]!) ** 2));
      const variance = squares.reduce((sum, one) => sum + one, 0) / (arms * (size - 1));
      const found = ofMeans(means, Math.sqrt((2 * variance) / size), arms * (size - 1));
      held += found.filter(({ mayBeBest }) => mayBeBest).length / arms;
      // The truth is 0 for each: every arm is as good as the best of the others.
      errors += Number(found.some(({ lower, upper }) => lower > 0 || upper < 0));
    }
    expect(held / draws).toBeGreaterThan(0.945);
    expect(held / draws).toBeLessThan(0.958);
    expect(errors).toBe(0);
  });

  it("is quick with many arms, which it holds against the best of them", () => {
    const means = Array.from({ length: 400 }, (_, arm) => -arm / 100);
    const found = ofMeans(means, 0.3, 30);
    expect(found[0]!.mayBeBest).toBe(true);
    expect(found.at(-1)!.mayBeBest).toBe(false);
  });
});
