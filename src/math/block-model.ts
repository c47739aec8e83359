import { generalisedInverse, product } from "./generalised-inverse.ts";

/** One value of an arm in a block. Arms and blocks are counted from 0. */
export interface BlockObservation {
  readonly arm: number;
  readonly block: number;
  readonly value: number;
}

/** Weights of arms; they add up to 0. */
export type ArmContrast = ReadonlyMap<number, number>;

/** value = arm + block + error, fitted by least squares. */
export interface BlockModel {
  /** Values less arms less blocks, plus one for each part of the design that is tied to no other. */
  readonly degreesOfFreedom: number;
  /** Pooled over all arms and blocks; null at 0 degrees of freedom. */
  readonly residualVariance: number | null;
  /** In the order of the observations. */
  readonly residuals: Float64Array;
  /** What arms and blocks leave of other values, one an observation, in the same order. */
  readonly residualsOf: (values: readonly number[]) => Float64Array;
  /** The share that a value of an arm in a block has in what the model expects there: 1 where nothing else tells. */
  readonly leverage: (arm: number, block: number) => number;
  /** The estimate of a contrast; null where blocks do not tie its arms together. */
  readonly estimate: (contrast: ArmContrast) => number | null;
  /** For each arm that has any: the sum over its values of the products of the weights that two estimates give them, which is their covariance where that arm alone varies, by 1. */
  readonly products: (left: ArmContrast, right: ArmContrast) => Map<number, number>;
}

/** Sums of squares below this share of the values' spread are rounding: the values are equal. */
const ROUNDING = 1e-13;

/** A sum of squares that is rounding beside these values. */
export function roundingOf(observations: readonly BlockObservation[]): number {
  const centre = observations.reduce((sum, { value }) => sum + value, 0) / Math.max(1, observations.length);
  const squareOf = (value: number): number => (value - centre) ** 2 + (ROUNDING * value) ** 2;
  return observations.reduce((sum, { value }) => sum + squareOf(value), 0) * ROUNDING;
}

/**
 * Fits arms and blocks, balanced or not. Arms are absorbed, so that the system has as many unknowns as there are blocks: a
 * thousand arms in five blocks cost five equations.
 * Source: H. Scheffé, The Analysis of Variance, 1959, section 5.2 (incomplete blocks).
 */
export function fitBlockModel(observations: readonly BlockObservation[]): BlockModel {
  const counted = new Map<number, { count: number; inBlock: Map<number, number> }>();
  const parts = new Parts();
  const blockCount = observations.reduce((most, { block }) => Math.max(most, block + 1), 0);
  const blockSize = new Float64Array(blockCount);
  for (const { arm, block } of observations) {
    const own = counted.getOrInsertComputed(arm, () => ({ count: 0, inBlock: new Map<number, number>() }));
    own.count += 1;
    own.inBlock.set(block, (own.inBlock.get(block) ?? 0) + 1);
    blockSize[block]! += 1;
    parts.join(ofArm(arm), ofBlock(block));
  }

  // As lists of objects, since they are walked for every contrast.
  const arms = new Map(
    [...counted].map(([arm, { count, inBlock }]) => [
      arm,
      { count, inBlock: [...inBlock].map(([block, times]) => ({ block, times })) },
    ]),
  );

  // Normal equations of the blocks with the arms absorbed.
  const matrix = Array.from(blockSize, (size, block) => {
    const line = new Float64Array(blockCount);
    line[block] = size;
    return line;
  });
  for (const { count, inBlock } of arms.values()) {
    for (const { block, times } of inBlock) {
      const line = matrix[block]!;
      for (const { block: other, times: otherTimes } of inBlock) line[other]! -= (times * otherTimes) / count;
    }
  }
  const inverse = generalisedInverse(matrix, blockSize);

  /** Of values in the order of the observations. */
  const effectsOn = (values: readonly number[]): { armEffect: Map<number, number>; blockEffect: Float64Array } => {
    const armTotal = new Map<number, number>();
    const right = new Float64Array(blockCount);
    for (const [at, { arm, block }] of observations.entries()) {
      armTotal.set(arm, (armTotal.get(arm) ?? 0) + values[at]!);
      right[block]! += values[at]!;
    }
    for (const [arm, { count, inBlock }] of arms) {
      for (const { block, times } of inBlock) right[block]! -= (times * armTotal.get(arm)!) / count;
    }
    const blockEffect = product(inverse, right);
    const armEffect = new Map(
      [...arms].map(([arm, { count, inBlock }]) => {
        let blocks = 0;
        for (const { block, times } of inBlock) blocks += times * blockEffect[block]!;
        return [arm, (armTotal.get(arm)! - blocks) / count];
      }),
    );
    return { armEffect, blockEffect };
  };
  const residualsOf = (values: readonly number[], { armEffect, blockEffect } = effectsOn(values)): Float64Array =>
    Float64Array.from(values, (value, at) => {
      const { arm, block } = observations[at]!;
      return value - armEffect.get(arm)! - blockEffect[block]!;
    });

  const partOf = new Map(arms.keys().map((arm) => [arm, parts.of(ofArm(arm))]));
  const partCount = new Set(partOf.values()).size;
  const degreesOfFreedom = observations.length - arms.size - blockSize.filter((size) => size > 0).length + partCount;
  const values = observations.map(({ value }) => value);
  const effects = effectsOn(values);
  const residuals = residualsOf(values, effects);
  let squares = residuals.reduce((total, one) => total + one ** 2, 0);
  if (squares <= roundingOf(observations)) squares = 0;

  /** What the blocks take of a contrast's estimate; null where they take nothing, as in complete blocks. */
  const takenBy = (contrast: ArmContrast): Float64Array | null => {
    const inBlocks = new Float64Array(blockCount);
    for (const [arm, weight] of contrast) {
      const { count, inBlock } = arms.get(arm)!;
      for (const { block, times } of inBlock) inBlocks[block]! += (weight * times) / count;
    }
    return inBlocks.every((one) => Math.abs(one) < ROUNDING) ? null : product(inverse, inBlocks);
  };

  /** The weight of each value of an arm in the estimate of a contrast, less what is taken of its block. */
  const levelOf = (arm: number, contrast: ArmContrast, taken: Float64Array | null): number => {
    const { count, inBlock } = arms.get(arm)!;
    let blocks = 0;
    if (taken !== null) for (const { block, times } of inBlock) blocks += times * taken[block]!;
    return ((contrast.get(arm) ?? 0) + blocks) / count;
  };

  return {
    degreesOfFreedom,
    residualVariance: degreesOfFreedom > 0 ? squares / degreesOfFreedom : null,
    residuals,
    residualsOf: (others) => residualsOf(others),
    leverage(arm, block) {
      const { count, inBlock } = arms.get(arm)!;
      const own = new Float64Array(blockCount);
      for (const { block: other, times } of inBlock) own[other]! -= times / count;
      own[block]! += 1;
      return product(inverse, own).reduce((sum, one, at) => sum + one * own[at]!, 1 / count);
    },
    estimate(contrast) {
      const weights = new Map<number, number>();
      let total = 0;
      for (const [arm, weight] of contrast) {
        const effect = effects.armEffect.get(arm);
        if (effect === undefined) return null;
        total += weight * effect;
        const part = partOf.get(arm)!;
        weights.set(part, (weights.get(part) ?? 0) + weight);
      }
      return [...weights.values()].every((weight) => Math.abs(weight) < 1e-9) ? total : null;
    },
    products(left, other) {
      const ofLeft = takenBy(left);
      const ofOther = left === other ? ofLeft : takenBy(other);
      // Where the blocks take nothing, only the contrast's own arms have a weight: a wide design of complete blocks is quick.
      const weighed = ofLeft === null || ofOther === null ? (ofLeft === null ? left : other).keys() : arms.keys();
      return new Map(
        [...weighed].map((arm) => {
          const one = levelOf(arm, left, ofLeft);
          const two = left === other ? one : levelOf(arm, other, ofOther);
          let total = 0;
          for (const { block, times } of arms.get(arm)!.inBlock) {
            total += times * (one - (ofLeft?.[block] ?? 0)) * (two - (ofOther?.[block] ?? 0));
          }
          return [arm, total];
        }),
      );
    },
  };
}

/** The numbers of arms and blocks among one another. */
const ofArm = (arm: number): number => 2 * arm;
const ofBlock = (block: number): number => 2 * block + 1;

/** Which arms and blocks hang together: a union of sets. */
class Parts {
  readonly #above = new Map<number, number>();

  of(one: number): number {
    let root = one;
    for (let above = this.#above.get(root); above !== undefined; above = this.#above.get(root)) root = above;
    if (root !== one) this.#above.set(one, root);
    return root;
  }

  join(left: number, right: number): void {
    const [one, two] = [this.of(left), this.of(right)];
    if (one !== two) this.#above.set(one, two);
  }
}
