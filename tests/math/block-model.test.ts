import { describe, expect, test } from "vitest";
import { fitBlockModel, type BlockModel, type BlockObservation } from "../../src/math/block-model.ts";

const versus = (treatment: number, control: number): Map<number, number> =>
  new Map([
    [treatment, 1],
    [control, -1],
  ]);

/** Of two estimates where every value has a variance of 1. */
const covariance = ({ products }: BlockModel, left: Map<number, number>, right: Map<number, number>): number =>
  [...products(left, right).values()].reduce((sum, one) => sum + one, 0);

/** Arm 0 twice in each block, as brackets are. */
const balanced: BlockObservation[] = [0, 1, 2].flatMap((block) =>
  [
    [0, 10 + block + 0.1],
    [1, 12 + block],
    [2, 9 + block + 0.05 * block],
    [0, 10 + block - 0.1],
  ].map(([arm, value]) => ({ arm: arm!, block, value: value! })),
);

describe("a balanced design", () => {
  const model = fitBlockModel(balanced);

  test("has the differences of arm means, and blocks take what they share", () => {
    expect(model.estimate(versus(1, 0))).toBeCloseTo(2, 12);
    expect(model.estimate(versus(2, 0))).toBeCloseTo(-1 + 0.05, 12);
    // Twelve values less three arms less two more blocks.
    expect(model.degreesOfFreedom).toBe(7);
  });

  test("has the textbook's variances: 1/3 + 1/6 against the bracketed arm, and 1/6 shared", () => {
    expect(covariance(model, versus(1, 0), versus(1, 0))).toBeCloseTo(1 / 2, 12);
    expect(covariance(model, versus(1, 0), versus(2, 0))).toBeCloseTo(1 / 6, 12);
    expect(covariance(model, versus(2, 1), versus(2, 1))).toBeCloseTo(2 / 3, 12);
  });
});

describe("other values of the same design", () => {
  test("leave what a fit of their own leaves", () => {
    const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
    const own = fitBlockModel(balanced.map((one, at) => ({ ...one, value: values[at]! })));
    expect([...fitBlockModel(balanced).residualsOf(values)]).toEqual([...own.residuals]);
  });
});

describe("leverage", () => {
  const values = balanced.slice(0, -2);
  const model = fitBlockModel(values);

  test("adds up to the number of parameters", () => {
    const shares = values.map(({ arm, block }) => model.leverage(arm, block));
    // Three arms and two more blocks.
    expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(5, 12);
  });

  test("tells how far a value lies from what the others let expect", () => {
    // An arm of its own takes a value out of the fit.
    const without = fitBlockModel(values.map((one, at) => (at === 3 ? { ...one, arm: 9 } : one)));
    const { arm, block } = values[3]!;
    expect(model.residuals[3]! / (1 - model.leverage(arm, block))).toBeCloseTo(without.estimate(versus(9, arm))!, 12);
  });

  test("is 1 where nothing else tells", () => {
    expect(fitBlockModel([...balanced, { arm: 3, block: 1, value: 7 }]).leverage(3, 1)).toBeCloseTo(1, 12);
  });
});

describe("with trials missing", () => {
  test("compares within blocks alone: drift does not pass for an effect", () => {
    // By hand: both arms are in blocks 0 and 1, where they differ by 1; block 2 drifted by 50 and holds arm 0 alone.
    const values: [number, number, number][] = [
      [0, 0, 5],
      [1, 0, 6],
      [0, 1, 7],
      [1, 1, 8],
      [0, 2, 57],
    ];
    const model = fitBlockModel(values.map(([arm, block, value]) => ({ arm, block, value })));
    expect(model.estimate(versus(1, 0))).toBeCloseTo(1, 12);
    expect(model.degreesOfFreedom).toBe(1);
    expect(model.residualVariance).toBe(0);
    expect(covariance(model, versus(1, 0), versus(1, 0))).toBeCloseTo(1, 12);
  });

  test("solves the normal equations", () => {
    // Three arms, each missing from one block: a balanced incomplete block design. Scheffé, section 5.2: effects are block
    // adjusted totals times k/(λ v) = 2/3; the variance of a difference is 2 k/(λ v) = 4/3.
    const y = { a0: 3, b0: 5, a1: 4, c1: 9, b2: 6, c2: 8 };
    const model = fitBlockModel([
      { arm: 0, block: 0, value: y.a0 },
      { arm: 1, block: 0, value: y.b0 },
      { arm: 0, block: 1, value: y.a1 },
      { arm: 2, block: 1, value: y.c1 },
      { arm: 1, block: 2, value: y.b2 },
      { arm: 2, block: 2, value: y.c2 },
    ]);
    const total = (own: number[], blocks: number[]): number =>
      own.reduce((sum, one) => sum + one, 0) - blocks.reduce((sum, one) => sum + one, 0) / 2;
    const a = total([y.a0, y.a1], [8, 13]);
    const c = total([y.c1, y.c2], [13, 14]);
    expect(model.estimate(versus(2, 0))).toBeCloseTo((2 / 3) * (c - a), 12);
    expect(covariance(model, versus(2, 0), versus(2, 0))).toBeCloseTo(4 / 3, 12);
    expect(model.degreesOfFreedom).toBe(1);
  });

  test("has no estimate where no block ties the arms together, nor of an arm without values", () => {
    const model = fitBlockModel([
      { arm: 0, block: 0, value: 1 },
      { arm: 1, block: 1, value: 9 },
      { arm: 2, block: 0, value: 2 },
    ]);
    expect(model.estimate(versus(1, 0))).toBeNull();
    expect(model.estimate(versus(2, 0))).toBeCloseTo(1, 12);
    expect(model.estimate(versus(5, 0))).toBeNull();
    expect(model).toMatchObject({ degreesOfFreedom: 0, residualVariance: null });
  });
});

test("equal values leave no noise, whatever their size", () => {
  const value = Math.log(1234.5);
  const model = fitBlockModel([0, 1, 2].flatMap((block) => [0, 1].map((arm) => ({ arm, block, value }))));
  expect([model.residualVariance, Math.abs(model.estimate(versus(1, 0))!) < 1e-12]).toEqual([0, true]);
});

test("a thousand arms in five blocks take no time", () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    arm: index % 1000,
    block: Math.floor(index / 1000),
    value: (index % 1000) / 1000 + Math.sin(index),
  }));
  expect(fitBlockModel(many).degreesOfFreedom).toBe(5000 - 1000 - 4);
});
