import { roundingOf, type BlockModel, type ArmContrast, type BlockObservation } from "./block-model.ts";
import { regularisedIncompleteBeta } from "./distributions.ts";
import { generalisedInverse, product } from "./generalised-inverse.ts";

/** A variance that was estimated, and how well it is known, as Student's t counts. */
export interface EstimatedVariance {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** An arm borrows at most this many degrees of freedom from the other arms; see `armVariances`. */
const PRIOR = 8;
/** And at most this many for each of its own: two blocks cannot show that an arm is noisy. */
const PRIOR_SHARE = 1.5;
/** A variance of ν degrees of freedom is taken as 1 + 1.6/ν times its estimate, about its posterior mean: few data hardly bound it from above. */
const ALLOWANCE = 1.6;
/** Below this p an arm counts as noisier than the others, and its weight among them falls. */
const UNLIKE = 0.1;
/** Below this p an arm borrows less from the others. */
const DOUBTED = 0.5;

/** Fewest degrees of freedom of a contrast. Where trials are missing it may have fewer: with this many already nothing is found, and below the integrals do not converge. */
const FEWEST = 0.5;

/**
 * A variance for each arm of value = arm + block + error, where arms may differ in noise. Each arm has its own estimate, from
 * what its values add to the sum of squares of the others (so that all arms help to estimate the block effects), and that of
 * the other arms, in which a noisier arm has little weight. The two are averaged by their degrees of freedom. Those of the
 * others count as min(8, 1.5 d) · min(1, 2p), with d the arm's own degrees of freedom and p the chance of an own estimate at
 * least as large if all arms were equally noisy: a noisier arm keeps its own variance, and an arm whose few values happen to lie
 * close together does not pass for exact. What this holds and costs is simulated in docs/statistics.md.
 * Where the variances of two arms cannot be told apart (each once in a block), both get the pooled one: the test of their
 * difference is then Student's paired t.
 * Sources: variances of a two-way layout, F. E. Grubbs, "On estimating precision of measuring instruments and product
 * variability", JASA 43, 1948; variances moderated by those of others, G. K. Smyth, "Linear models and empirical Bayes methods
 * for assessing differential expression", Statistical Applications in Genetics and Molecular Biology 3(1), 2004; fewer prior
 * degrees of freedom for an outlying one, B. Phipson, S. Lee, I. J. Majewski, W. S. Alexander and G. K. Smyth, "Robust
 * hyperparameter estimation protects against hypervariable genes", Annals of Applied Statistics 10(2), 2016.
 * @returns by arm
 */
export function armVariances(
  observations: readonly BlockObservation[],
  { residualVariance, degreesOfFreedom }: Pick<BlockModel, "residualVariance" | "degreesOfFreedom">,
): Map<number, EstimatedVariance> {
  const arms = tableOf(observations);
  const noise = roundingOf(observations);
  const equal = new WeightedArms(
    arms,
    arms.map(() => 1),
  );
  const unequal = new WeightedArms(
    arms,
    arms.map((_, arm) => Math.min(1, (chanceOf(leftOut(equal, arm, noise)) / UNLIKE) ** 2)),
  );
  return new Map(
    arms.map(({ name }, arm) => [
      name,
      moderated(leftOut(unequal, arm, noise)) ?? { variance: residualVariance ?? 0, degreesOfFreedom },
    ]),
  );
}

/** What is known of an arm's variance. */
export interface VarianceEvidence {
  /** The mean square that the arm's values add to those of the others, and its degrees of freedom. */
  readonly added: number;
  readonly ownDegrees: number;
  /** How much of it is the arm's own variance; the rest is noise of the others. */
  readonly share: number;
  /** The mean square of the others. */
  readonly rest: number;
  readonly restDegrees: number;
}

/** Null where the arm's variance cannot be told from the others'. */
export function moderated(evidence: VarianceEvidence): EstimatedVariance | null {
  const { added, ownDegrees, share, rest, restDegrees } = evidence;
  if (restDegrees < NONE) return null;
  const borrowed = Math.min(PRIOR, PRIOR_SHARE * ownDegrees, restDegrees) * Math.min(1, chanceOf(evidence) / DOUBTED);
  const degrees = borrowed + ownDegrees;
  if (degrees < NONE) return null;
  // The others' share of what was added makes a noisy arm look quieter than it is.
  const own = ownDegrees < NONE ? 0 : Math.max(added, (added - (1 - share) * rest) / share);
  const variance = (borrowed * rest + ownDegrees * own) / degrees;
  return { variance: variance * (1 + ALLOWANCE / degrees), degreesOfFreedom: degrees };
}

/** The chance of a mean square at least this large beside that of the others if all arms were equally noisy: the upper tail of F. */
function chanceOf({ added, ownDegrees, rest, restDegrees }: VarianceEvidence): number {
  if (added === 0 || ownDegrees < NONE || restDegrees < NONE) return 1;
  const below = restDegrees * rest;
  return regularisedIncompleteBeta(below / (below + ownDegrees * added), restDegrees / 2, ownDegrees / 2);
}

/** Arms, blocks, and how noisy each arm is. */
export interface FittedModel {
  model: BlockModel;
  variances: ReadonlyMap<number, EstimatedVariance>;
}

/**
 * The variance of a contrast's estimate, from those of the arms that it rests on.
 * @param products of the contrast with itself
 */
export function contrastVariance(
  { model, variances }: FittedModel,
  contrast: ArmContrast,
  products = model.products(contrast, contrast),
): EstimatedVariance {
  const parts = [...products].map(([arm, weight]) => {
    const { variance, degreesOfFreedom } = variances.get(arm)!;
    return { variance: weight * variance, degreesOfFreedom };
  });
  const { variance, degreesOfFreedom } = sumOfVariances(parts, model.degreesOfFreedom);
  // Cut to one decimal, so that contrasts share what was computed for a number of degrees of freedom.
  return { variance, degreesOfFreedom: Math.max(FEWEST, Math.floor(10 * degreesOfFreedom) / 10) };
}

/**
 * The sum of independent variances with Satterthwaite's degrees of freedom, at most those of one pooled variance.
 * Source: F. E. Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2(6), 1946.
 */
export function sumOfVariances(parts: readonly EstimatedVariance[], most: number): EstimatedVariance {
  const variance = parts.reduce((total, one) => total + one.variance, 0);
  const spread = parts.reduce((total, one) => total + one.variance ** 2 / one.degreesOfFreedom, 0);
  return { variance, degreesOfFreedom: spread === 0 ? most : Math.min(variance ** 2 / spread, most) };
}

/** The covariance of two estimates. */
export function contrastCovariance({ model, variances }: FittedModel, left: ArmContrast, right: ArmContrast): number {
  return model
    .products(left, right)
    .entries()
    .reduce((total, [arm, weight]) => total + weight * variances.get(arm)!.variance, 0);
}

/** Degrees of freedom below this are rounding. */
const NONE = 1e-9;

interface ArmRow {
  name: number;
  /** Per block: how many values, their mean, and their squares about it. */
  cells: { block: number; count: number; mean: number; squares: number }[];
  count: number;
}

function tableOf(observations: readonly BlockObservation[]): ArmRow[] {
  return [...Map.groupBy(observations, ({ arm }) => arm)].map(([name, own]) => {
    const cells = [...Map.groupBy(own, ({ block }) => block)].map(([block, values]) => {
      const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
      const squares = values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
      return { block, count: values.length, mean, squares };
    });
    return { name, cells, count: own.length };
  });
}

function leftOut(all: WeightedArms, arm: number, noise: number): VarianceEvidence {
  const [without, whole] = [all.fit(arm, 0), all.fit(arm, 1)];
  const restDegrees = without.expected;
  const ownDegrees = Math.max(0, whole.expected - restDegrees);
  const meanSquare = (squares: number, degrees: number): number =>
    squares <= noise || degrees < NONE ? 0 : squares / degrees;
  return {
    added: meanSquare(whole.squares - without.squares, ownDegrees),
    ownDegrees,
    share: whole.ownShare / ownDegrees,
    rest: meanSquare(without.squares, restDegrees),
    restDegrees,
  };
}

/** Arms and blocks by least squares, each arm's values with a weight; sums over the arms are kept, so that another weight of one arm costs no pass over all of them. */
class WeightedArms {
  readonly #arms: readonly ArmRow[];
  readonly #weights: readonly number[];
  /** The normal equations of the blocks, with the arms absorbed; and the same of squared weights. */
  readonly #matrix: Float64Array[];
  readonly #squared: Float64Array[];
  readonly #right: Float64Array;
  /** Values in each block. */
  readonly #sizes: Float64Array;
  /** Sum of weights × (values - 1). */
  #values = 0;
  /** The fit with all weights as they are: that of every arm that keeps its weight. */
  #asIs: Fit | null = null;

  constructor(arms: readonly ArmRow[], weights: readonly number[]) {
    const blocks =
      1 + arms.reduce((most, { cells }) => cells.reduce((last, { block }) => Math.max(last, block), most), -1);
    this.#arms = arms;
    this.#weights = weights;
    this.#matrix = Array.from({ length: blocks }, () => new Float64Array(blocks));
    this.#squared = Array.from({ length: blocks }, () => new Float64Array(blocks));
    this.#right = new Float64Array(blocks);
    this.#sizes = new Float64Array(blocks);
    for (const [arm, row] of arms.entries()) {
      for (const { block, count } of row.cells) this.#sizes[block]! += count;
      const weight = weights[arm]!;
      if (weight === 0) continue;
      absorb(row, weight, this.#matrix, this.#right);
      absorb(row, weight ** 2, this.#squared);
      this.#values += weight * (row.count - 1);
    }
  }

  /** The fit with another weight of one arm; an arm of weight 0 is left out. */
  fit(arm: number, weight: number): { squares: number; expected: number; ownShare: number } {
    const own = this.#arms[arm]!;
    const before = this.#weights[arm]!;
    const { inverse, squares, byAll } =
      weight === before ? (this.#asIs ??= this.#solve(arm, weight)) : this.#solve(arm, weight);
    // What values of unit variance leave in the weighted squares: their number, less the mean, less what the blocks take.
    const byOwn = takenBy(own, inverse);
    const byOthers = byAll - before ** 2 * byOwn;
    const expected =
      this.#values + (weight - before) * (own.count - 1) - byOthers - (weight === 0 ? 0 : weight ** 2 * byOwn);
    return { squares, expected, ownShare: own.count - 1 - byOwn };
  }

  #solve(arm: number, weight: number): Fit {
    const matrix = this.#matrix.map((line) => line.slice());
    const right = this.#right.slice();
    absorb(this.#arms[arm]!, weight - this.#weights[arm]!, matrix, right);
    const inverse = generalisedInverse(matrix, this.#sizes);
    const effects = product(inverse, right);
    let squares = 0;
    for (const [index, row] of this.#arms.entries()) {
      const times = index === arm ? weight : this.#weights[index]!;
      if (times !== 0) squares += times * leftSquares(row, effects);
    }
    return { inverse, squares, byAll: traceOf(this.#squared, inverse) };
  }
}

interface Fit {
  inverse: Float64Array[];
  squares: number;
  /** What the blocks take of all arms, by the squares of their weights. */
  byAll: number;
}

/** Adds what an arm puts into the equations of the blocks, times its weight. */
function absorb({ cells, count }: ArmRow, weight: number, matrix: Float64Array[], right?: Float64Array): void {
  const mean = cells.reduce((sum, cell) => sum + cell.count * cell.mean, 0) / count;
  for (const { block, count: times, mean: own } of cells) {
    const line = matrix[block]!;
    line[block]! += weight * times;
    if (right !== undefined) right[block]! += weight * times * (own - mean);
    for (const { block: other, count: otherTimes } of cells) line[other]! -= (weight * times * otherTimes) / count;
  }
}

/** Squares of an arm's values about its level and the blocks' effects. */
function leftSquares({ cells, count }: ArmRow, effects: Float64Array): number {
  let [level, left] = [0, 0];
  for (const { block, count: times, mean } of cells) level += times * (mean - effects[block]!);
  level /= count;
  for (const { block, count: times, mean, squares } of cells) {
    left = left + squares + times * (mean - level - effects[block]!) ** 2;
  }
  return left;
}

/** What the blocks take of an arm's values of unit variance: the trace of its part of the equations and their inverse. */
function takenBy({ cells, count }: ArmRow, inverse: readonly Float64Array[]): number {
  let taken = 0;
  for (const { block, count: times } of cells) {
    const line = inverse[block]!;
    taken += times * line[block]!;
    for (const { block: other, count: otherTimes } of cells) taken -= (times * otherTimes * line[other]!) / count;
  }
  return taken;
}

function traceOf(left: readonly Float64Array[], right: readonly Float64Array[]): number {
  let trace = 0;
  for (const [row, line] of left.entries()) {
    const other = right[row]!;
    for (let column = 0; column < line.length; column++) trace += line[column]! * other[column]!;
  }
  return trace;
}
