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
  /** Values less arms less blocks, plus one for each part of the design that no block ties to the others. */
  readonly degreesOfFreedom: number;
  /** Pooled over all arms and blocks; null at 0 degrees of freedom. */
  readonly residualVariance: number | null;
  /** What arms and blocks leave of each value, in the order of the observations. */
  readonly residuals: Float64Array;
  /** The estimate of a contrast; null where blocks do not tie its arms together. */
  readonly estimate: (contrast: ArmContrast) => number | null;
  /** For each arm the sum over its values of the products of the weights that two estimates give them: their covariance where that arm alone varies, by 1. */
  readonly products: (left: ArmContrast, right: ArmContrast) => Map<number, number>;
}

/** Residuals below this share of the values' spread are rounding: the values are equal. */
const ROUNDING = 1e-13;

/**
 * Fits arms and blocks, balanced or not. Arms are absorbed, so that the system has as many unknowns as there are blocks: a
 * thousand arms in five blocks cost five equations.
 * Source: H. Scheffé, The Analysis of Variance, 1959, section 5.2 (incomplete blocks).
 */
export function fitBlockModel(observations: readonly BlockObservation[]): BlockModel {
  const arms = new Map<number, { count: number; total: number; inBlock: Map<number, number> }>();
  const parts = new Parts();
  const blockCount = observations.reduce((most, { block }) => Math.max(most, block + 1), 0);
  const blockSize = new Float64Array(blockCount);
  const blockTotal = new Float64Array(blockCount);
  for (const { arm, block, value } of observations) {
    const own = arms.get(arm) ?? { count: 0, total: 0, inBlock: new Map<number, number>() };
    own.count += 1;
    own.total += value;
    own.inBlock.set(block, (own.inBlock.get(block) ?? 0) + 1);
    arms.set(arm, own);
    blockSize[block]! += 1;
    blockTotal[block]! += value;
    parts.join(`arm ${arm}`, `block ${block}`);
  }

  // Normal equations of the blocks with the arms absorbed; one block of each part is held at 0.
  const held = new Set<string>();
  const free: number[] = [];
  for (let block = 0; block < blockCount; block++) {
    if (blockSize[block] === 0) continue;
    const part = parts.of(`block ${block}`);
    if (held.has(part)) free.push(block);
    else held.add(part);
  }
  const place = new Map(free.map((block, index) => [block, index]));
  const size = free.length;
  const matrix = Array.from({ length: size }, (_, row) => {
    const line = new Float64Array(size);
    line[row] = blockSize[free[row]!]!;
    return line;
  });
  const right = Float64Array.from(free, (block) => blockTotal[block]!);
  for (const { count, total, inBlock } of arms.values()) {
    for (const [block, times] of inBlock) {
      const row = place.get(block);
      if (row === undefined) continue;
      right[row]! -= (times * total) / count;
      for (const [other, otherTimes] of inBlock) {
        const column = place.get(other);
        if (column !== undefined) matrix[row]![column]! -= (times * otherTimes) / count;
      }
    }
  }
  const inverse = inverted(matrix);
  const blockEffect = new Float64Array(blockCount);
  for (const [row, block] of free.entries()) {
    blockEffect[block] = inverse[row]!.reduce((total, one, column) => total + one * right[column]!, 0);
  }
  const armEffect = new Map(
    [...arms].map(([arm, { count, total, inBlock }]) => {
      let blocks = 0;
      for (const [block, times] of inBlock) blocks += times * blockEffect[block]!;
      return [arm, (total - blocks) / count];
    }),
  );

  const degreesOfFreedom = observations.length - arms.size - size;
  const centre = observations.reduce((sum, { value }) => sum + value, 0) / Math.max(1, observations.length);
  const residuals = Float64Array.from(
    observations,
    ({ arm, block, value }) => value - armEffect.get(arm)! - blockEffect[block]!,
  );
  let squares = residuals.reduce((total, one) => total + one ** 2, 0);
  const spread = observations.reduce((total, { value }) => total + (value - centre) ** 2 + (ROUNDING * value) ** 2, 0);
  if (squares <= spread * ROUNDING) squares = 0;

  const loads = (contrast: ArmContrast): Float64Array => {
    const line = new Float64Array(size);
    for (const [arm, weight] of contrast) {
      const own = arms.get(arm)!;
      for (const [block, times] of own.inBlock) {
        const column = place.get(block);
        if (column !== undefined) line[column]! += (weight * times) / own.count;
      }
    }
    return line;
  };

  /** What the estimate of a contrast gives each value of an arm in a block. */
  const valueWeights = (contrast: ArmContrast): ((arm: number, block: number) => number) => {
    const line = loads(contrast);
    const taken = new Float64Array(blockCount);
    for (const [row, block] of free.entries()) {
      taken[block] = inverse[row]!.reduce((total, one, column) => total + one * line[column]!, 0);
    }
    const levels = new Map(
      [...arms].map(([arm, { count, inBlock }]) => {
        let blocks = 0;
        for (const [block, times] of inBlock) blocks += times * taken[block]!;
        return [arm, ((contrast.get(arm) ?? 0) + blocks) / count];
      }),
    );
    return (arm, block) => levels.get(arm)! - taken[block]!;
  };

  return {
    degreesOfFreedom,
    residualVariance: degreesOfFreedom > 0 ? squares / degreesOfFreedom : null,
    residuals,
    estimate(contrast) {
      const weights = new Map<string, number>();
      let total = 0;
      for (const [arm, weight] of contrast) {
        const effect = armEffect.get(arm);
        if (effect === undefined) return null;
        total += weight * effect;
        const part = parts.of(`arm ${arm}`);
        weights.set(part, (weights.get(part) ?? 0) + weight);
      }
      return [...weights.values()].every((weight) => Math.abs(weight) < 1e-9) ? total : null;
    },
    products(left, other) {
      const [one, two] = [valueWeights(left), valueWeights(other)];
      return new Map(
        [...arms].map(([arm, { inBlock }]) => {
          let total = 0;
          for (const [block, times] of inBlock) total += times * one(arm, block) * two(arm, block);
          return [arm, total];
        }),
      );
    },
  };
}

/** Which arms and blocks hang together: a union of sets. */
class Parts {
  readonly #above = new Map<string, string>();

  of(name: string): string {
    let root = name;
    for (let above = this.#above.get(root); above !== undefined; above = this.#above.get(root)) root = above;
    if (root !== name) this.#above.set(name, root);
    return root;
  }

  join(left: string, right: string): void {
    const [one, two] = [this.of(left), this.of(right)];
    if (one !== two) this.#above.set(one, two);
  }
}

/** The inverse of a symmetric positive definite matrix, by Gauss and Jordan with the largest pivot. */
function inverted(matrix: readonly Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const rows = matrix.map((line, index) => {
    const wide = new Float64Array(2 * size);
    wide.set(line);
    wide[size + index] = 1;
    return wide;
  });
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const line = rows[column]!;
    const by = line[column]!;
    for (let at = column; at < 2 * size; at++) line[at]! /= by;
    for (let row = 0; row < size; row++) {
      const factor = rows[row]![column]!;
      if (row === column || factor === 0) continue;
      for (let at = column; at < 2 * size; at++) rows[row]![at]! -= factor * line[at]!;
    }
  }
  return rows.map((line) => line.slice(size));
}
