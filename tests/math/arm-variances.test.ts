import { describe, expect, it } from "vitest";
import { armVariances, contrastVariance, type EstimatedVariance } from "../../src/math/arm-variances.ts";
import { fitBlockModel, type BlockObservation } from "../../src/math/block-model.ts";
import { binomialCdf, studentTQuantile } from "../../src/math/distributions.ts";
import { pairedT } from "../../src/math/paired.ts";
import { createRandom, type Random } from "../../src/math/random.ts";

const versus = (treatment: number): Map<number, number> =>
  new Map([
    [treatment, 1],
    [0, -1],
  ]);

/** Four changes, the baseline (arm 0) twice in each block; noise of each arm by its place. */
function drawn(random: Random, blocks: number, sds: readonly number[]): BlockObservation[] {
  return Array.from({ length: blocks }, (_, block) => {
    const level = 10 * random.normal();
    return [0, 0, 1, 2, 3, 4].map((arm) => ({ arm, block, value: level + sds[arm]! * random.normal() }));
  }).flat();
}

function judged(observations: readonly BlockObservation[], arm: number): EstimatedVariance & { estimate: number } {
  const model = fitBlockModel(observations);
  const known = contrastVariance({ model, variances: armVariances(observations, model) }, versus(arm));
  return { ...known, estimate: model.estimate(versus(arm))! };
}

const studies = 400;

function misses(blocks: number, sds: readonly number[], arm: number): number {
  const random = createRandom(`variances ${blocks} ${sds.join()}`);
  let missed = 0;
  for (let study = 0; study < studies; study += 1) {
    const { estimate, variance, degreesOfFreedom } = judged(drawn(random, blocks, sds), arm);
    missed += Number(Math.abs(estimate) > studentTQuantile(0.975, degreesOfFreedom) * Math.sqrt(variance));
  }
  return missed;
}

describe("armVariances", () => {
  it("has the same variances whatever order the values of a design with gaps come in", () => {
    const random = createRandom("order of values");
    for (let study = 0; study < 100; study += 1) {
      // What is left of a block where one arm alone has a value is rounding, once that arm is taken off again.
      const observations = drawn(random, 5, [1, 1, 1, 1, 1]).filter(({ arm }) => arm < 3 && random.next() > 0.4);
      const armOf = (all: readonly BlockObservation[]) =>
        [...armVariances(all, fitBlockModel(all))].toSorted(([left], [right]) => left - right);
      for (const [at, [, { variance, degreesOfFreedom }]] of armOf(random.shuffle(observations)).entries()) {
        const [, before] = armOf(observations)[at]!;
        expect(variance / before.variance).toBeCloseTo(1, 6);
        expect(degreesOfFreedom).toBeCloseTo(before.degreesOfFreedom, 6);
      }
    }
  });

  it.each([
    ["a change three times as noisy", [1, 1, 1, 1, 3], 4],
    ["a change five times as noisy", [1, 1, 1, 1, 5], 4],
    ["a quiet change beside a noisy one", [1, 1, 1, 1, 5], 1],
    ["a baseline five times as noisy", [5, 1, 1, 1, 1], 1],
  ] as const)("has intervals that hold the truth: %s", (_, sds, arm) => {
    for (const blocks of [4, 6]) {
      // A rate of misses above 6.5 % would show: one of ten thousand counts is as large by chance.
      expect(1 - binomialCdf(misses(blocks, sds, arm) - 1, studies, 0.065)).toBeGreaterThan(1e-4);
    }
  });

  it("does not let a noisy arm make the others noisy, nor them it quiet", () => {
    const random = createRandom("median");
    const median = (arm: number): number =>
      Array.from({ length: 201 }, () => judged(drawn(random, 6, [1, 1, 1, 1, 5]), arm).variance).toSorted(
        (left, right) => left - right,
      )[100]!;
    // True: 1/6 + 1/12 = 0.25, and 25/6 + 1/12 = 4.25; one pooled variance would be 5 times the first.
    expect(median(1)).toBeGreaterThan(0.2);
    expect(median(1)).toBeLessThan(0.4);
    expect(median(4)).toBeGreaterThan(3);
  });

  it("takes a tiny own variance for chance: what lies close together by accident does not pass for exact", () => {
    const random = createRandom("tiny");
    const others = drawn(random, 4, [1, 1, 1, 1, 1]).filter(({ arm }) => arm !== 1);
    const level = (block: number): number => {
      const own = others.filter((one) => one.block === block);
      return own.reduce((sum, { value }) => sum + value, 0) / own.length;
    };
    const exact = [0, 1, 2, 3].map((block) => ({ arm: 1, block, value: level(block) }));
    const all = [...others, ...exact];
    const model = fitBlockModel(all);
    const { variance } = armVariances(all, model).get(1)!;
    expect(variance).toBeGreaterThan(0.4 * armVariances(all, model).get(2)!.variance);
  });

  it("is Student's paired t for two arms, each once in a block", () => {
    const values = [
      [1, 2.5],
      [4, 4.2],
      [2, 3.1],
    ];
    const observations = values.flatMap((pair, block) => pair.map((value, arm) => ({ arm, block, value })));
    const { mean, lower } = pairedT(values.map(([control, treatment]) => treatment! - control!))!;
    const { variance, degreesOfFreedom, estimate } = judged(observations, 1);
    expect(degreesOfFreedom).toBe(2);
    expect(estimate - studentTQuantile(0.975, 2) * Math.sqrt(variance)).toBeCloseTo(lower, 12);
    expect(estimate).toBeCloseTo(mean, 12);
  });

  it("has figures where trials are missing, and none of noise where there is none", () => {
    const random = createRandom("missing");
    const some = drawn(random, 5, [1, 1, 1, 1, 1]).filter((_, index) => index % 7 !== 3);
    const { variance, degreesOfFreedom } = judged(some, 2);
    expect(variance).toBeGreaterThan(0.1);
    expect(degreesOfFreedom).toBeGreaterThan(3);
    // An arm that is in two blocks, each beside one value that is known by little else.
    const few: BlockObservation[] = [
      [0, 0, 1],
      [1, 0, 2],
      [0, 1, 3],
      [1, 1, 5],
      [2, 1, 4],
      [2, 2, 4.5],
      [0, 2, 3.2],
    ].map(([arm, block, value]) => ({ arm: arm!, block: block!, value: value! }));
    expect(judged(few, 1).degreesOfFreedom).toBeGreaterThanOrEqual(0.5);
    const still = drawn(random, 3, [0, 0, 0, 0, 0]);
    expect(judged(still, 2).variance).toBe(0);
    const alone = armVariances([{ arm: 0, block: 0, value: 1 }], { residualVariance: null, degreesOfFreedom: 0 });
    expect(alone.get(0)).toEqual({ variance: 0, degreesOfFreedom: 0 });
  });
});
