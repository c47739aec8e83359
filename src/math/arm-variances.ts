import type { BlockModel, ArmContrast, BlockObservation } from "./block-model.ts";
import { regularisedIncompleteBeta } from "./distributions.ts";

/** The variance of one arm's values, beside arms and blocks. */
export interface ArmVariance {
  readonly variance: number;
  /** How well it is known, as Student's t counts. */
  readonly degreesOfFreedom: number;
}

/** The variance of an estimated contrast. */
export interface ContrastVariance {
  readonly variance: number;
  readonly degreesOfFreedom: number;
}

/** What the other arms tell of an arm's variance counts as so many values of its own, less where it is unlike them; see `armVariances`. */
const PRIOR = 8;
/** And as at most so many for each degree of freedom of its own: of two blocks nobody can see that an arm is noisy. */
const PRIOR_SHARE = 1.5;
/** A variance of ν degrees of freedom is taken as 1 + 1.6/ν times its estimate: about its mean after the data, which few data leave open upwards. */
const ALLOWANCE = 1.6;
/** From this p down an arm counts as noisier than the others, and little for them. */
const UNLIKE = 0.1;
/** From this p down the others count less for an arm. */
const DOUBTED = 0.5;

/** Where trials are missing hardly anything may be known of an arm: with so few degrees of freedom nothing is found, and below them the integrals end. */
const FEWEST = 0.5;

/** Sums of squares below this share of the values' spread are rounding. */
const ROUNDING = 1e-13;

/**
 * A variance for each arm of value = arm + block + error, where arms may differ in noise. Each has an own estimate, from what its
 * values add to the sum of squares of the others (so that all of them tell where a block stands), and one by the others, in
 * which arms that are noisier than the rest count little. The two are averaged by their degrees of freedom. Of the others count
 * min(8, 1.5 d) · min(1, 2p), with d the own degrees of freedom and p the chance of an own estimate at least so much larger
 * were all arms alike: an arm that is noisier keeps its own variance, and one whose few values happen to lie close together does not pass for exact. By simulation
 * (docs/statistics.md) intervals hold 93.5 % or more where one arm is three or five times as noisy, from four blocks on, and a
 * test of four changes at four blocks finds what is 1.26 times what a pooled variance finds.
 * Where one arm's variance cannot be told from the other's (two arms, each once in a block), the pooled one is both's: the test
 * of their difference is then Student's paired t.
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
): Map<number, ArmVariance> {
  const arms = tableOf(observations);
  const noise = spreadOf(observations) * ROUNDING;
  const equal = arms.map(() => 1);
  const weights = arms.map((_, arm) => Math.min(1, (chanceOf(leftOut(arms, equal, arm, noise)) / UNLIKE) ** 2));
  return new Map(
    arms.map(({ name }, arm) => [
      name,
      moderated(leftOut(arms, weights, arm, noise)) ?? { variance: residualVariance ?? 0, degreesOfFreedom },
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
export function moderated(evidence: VarianceEvidence): ArmVariance | null {
  const { added, ownDegrees, share, rest, restDegrees } = evidence;
  if (restDegrees < NONE) return null;
  const borrowed = Math.min(PRIOR, PRIOR_SHARE * ownDegrees, restDegrees) * Math.min(1, chanceOf(evidence) / DOUBTED);
  const degrees = borrowed + ownDegrees;
  if (degrees < NONE) return null;
  // The others' share of noise in what was added makes a noisy arm look quieter than it is.
  const own = ownDegrees < NONE ? 0 : Math.max(added, (added - (1 - share) * rest) / share);
  const variance = (borrowed * rest + ownDegrees * own) / degrees;
  return { variance: variance * (1 + ALLOWANCE / degrees), degreesOfFreedom: degrees };
}

/** The chance of so large a mean square beside that of the others, were all arms alike: the tail of F. */
function chanceOf({ added, ownDegrees, rest, restDegrees }: VarianceEvidence): number {
  if (added === 0 || ownDegrees < NONE || restDegrees < NONE) return 1;
  const below = restDegrees * rest;
  return regularisedIncompleteBeta(below / (below + ownDegrees * added), restDegrees / 2, ownDegrees / 2);
}

/**
 * The variance of a contrast's estimate, from those of the arms that are in it, with Satterthwaite's degrees of freedom, at most
 * the model's.
 * Source: F. E. Satterthwaite, "An approximate distribution of estimates of variance components", Biometrics Bulletin 2(6), 1946.
 */
export function contrastVariance(
  model: BlockModel,
  variances: ReadonlyMap<number, ArmVariance>,
  contrast: ArmContrast,
): ContrastVariance {
  let variance = 0;
  let spread = 0;
  for (const [arm, product] of model.products(contrast, contrast)) {
    const known = variances.get(arm)!;
    const part = product * known.variance;
    variance += part;
    spread += part ** 2 / known.degreesOfFreedom;
  }
  const own = spread === 0 ? Infinity : variance ** 2 / spread;
  // Cut to one decimal: what is made of them can be known from another contrast.
  const degrees = Math.floor(10 * Math.min(own, model.degreesOfFreedom)) / 10;
  return { variance, degreesOfFreedom: Math.max(FEWEST, degrees) };
}

/** The covariance of two estimates. */
export function contrastCovariance(
  model: BlockModel,
  variances: ReadonlyMap<number, ArmVariance>,
  left: ArmContrast,
  right: ArmContrast,
): number {
  return model
    .products(left, right)
    .entries()
    .reduce((sum, [arm, product]) => sum + product * variances.get(arm)!.variance, 0);
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

function spreadOf(observations: readonly BlockObservation[]): number {
  const centre = observations.reduce((sum, { value }) => sum + value, 0) / Math.max(1, observations.length);
  return observations.reduce((sum, { value }) => sum + (value - centre) ** 2 + (ROUNDING * value) ** 2, 0);
}

function leftOut(arms: readonly ArmRow[], weights: readonly number[], arm: number, noise: number): VarianceEvidence {
  const without = weightedFit(
    arms,
    weights.map((weight, index) => (index === arm ? 0 : weight)),
  );
  const whole = weightedFit(
    arms,
    weights.map((weight, index) => (index === arm ? 1 : weight)),
  );
  const restDegrees = without.expected;
  const ownDegrees = Math.max(0, whole.expected - restDegrees);
  const meanSquare = (squares: number, degrees: number): number =>
    squares <= noise || degrees < NONE ? 0 : squares / degrees;
  return {
    added: meanSquare(whole.squares - without.squares, ownDegrees),
    ownDegrees,
    share: whole.ownShare[arm]! / ownDegrees,
    rest: meanSquare(without.squares, restDegrees),
    restDegrees,
  };
}

/** Arms and blocks by least squares, each arm's values with a weight; arms of weight 0 are left out. */
function weightedFit(arms: readonly ArmRow[], weights: readonly number[]) {
  const blocks =
    1 + arms.reduce((most, { cells }) => cells.reduce((last, { block }) => Math.max(last, block), most), -1);
  const matrix = Array.from({ length: blocks }, () => new Float64Array(blocks));
  const right = new Float64Array(blocks);
  for (const [index, { cells, count }] of arms.entries()) {
    const weight = weights[index]!;
    if (weight === 0) continue;
    const mean = cells.reduce((sum, cell) => sum + cell.count * cell.mean, 0) / count;
    for (const { block, count: times, mean: own } of cells) {
      matrix[block]![block]! += weight * times;
      right[block]! += weight * times * (own - mean);
      for (const other of cells) matrix[block]![other.block]! -= (weight * times * other.count) / count;
    }
  }
  const inverse = generalisedInverse(matrix);
  const effects = inverse.map((line) => line.reduce((sum, one, column) => sum + one * right[column]!, 0));
  let squares = 0;
  let expected = 0;
  const ownShare = arms.map(({ cells, count }, index) => {
    const weight = weights[index]!;
    if (weight === 0) return 0;
    const level = cells.reduce((sum, cell) => sum + cell.count * (cell.mean - effects[cell.block]!), 0) / count;
    let byBlocks = 0;
    let byMean = 0;
    for (const { block, count: times, mean, squares: within } of cells) {
      squares += weight * (within + times * (mean - level - effects[block]!) ** 2);
      byBlocks += times * inverse[block]![block]!;
      for (const other of cells) byMean += (times * other.count * inverse[block]![other.block]!) / count;
    }
    // Of unit variance its values leave so much in the weighted squares: all, less the mean, less what blocks take.
    expected += weight * (count - 1) + weight ** 2 * (byMean - byBlocks);
    return count - 1 + byMean - byBlocks;
  });
  return { squares, expected, ownShare };
}

/** An inverse of a symmetric matrix without negative eigenvalues that may be singular: rows without a pivot are left at 0. */
function generalisedInverse(matrix: readonly Float64Array[]): Float64Array[] {
  const size = matrix.length;
  const rows = matrix.map((line) => Float64Array.from(line));
  const smallest = matrix.map((line, index) => 1e-9 * line[index]!);
  const swept = new Set<number>();
  for (let pivot = 0; pivot < size; pivot += 1) {
    const line = rows[pivot]!;
    const by = line[pivot]!;
    if (!(by > smallest[pivot]!)) continue;
    swept.add(pivot);
    for (let column = 0; column < size; column += 1) line[column] = column === pivot ? 1 / by : line[column]! / by;
    for (let row = 0; row < size; row += 1) {
      if (row === pivot) continue;
      const factor = rows[row]![pivot]!;
      if (factor === 0) continue;
      for (let column = 0; column < size; column += 1) {
        rows[row]![column] = column === pivot ? -factor / by : rows[row]![column]! - factor * line[column]!;
      }
    }
  }
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      if (!swept.has(row) || !swept.has(column)) rows[row]![column] = 0;
    }
  }
  return rows;
}
