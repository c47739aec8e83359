/** Beyond this many blocks the halves no longer fit: 2 × 2^15 sums. */
export const mostFlippedBlocks = 30;

/** Sums that differ by less than this share of their size are the same sum, added in another order. */
const ROUNDING = 1e-12;

/**
 * The exact two-sided permutation p of block differences: of all 2^B ways to swap treatment and control within blocks, the
 * share whose total is at least as far from zero as the one that was seen. No distribution is assumed, only that a difference
 * is as likely to have either sign where the change does nothing. Its smallest value is `smallestFlipP(B)`.
 * The swaps are counted from the sorted sums of two halves (E. Horowitz and S. Sahni, "Computing partitions with applications
 * to the knapsack problem", JACM 21(2), 1974), so that 30 blocks are as exact as three.
 * Source: R. A. Fisher, The Design of Experiments, 1935, section 21.
 * @param differences treatment less control, one for each block
 * @throws RangeError above `mostFlippedBlocks`
 */
export function signFlipP(differences: readonly number[]): number {
  if (differences.length > mostFlippedBlocks) throw new RangeError(`${differences.length} blocks to permute`);
  const size = differences.reduce((total, one) => total + Math.abs(one), 0);
  const seen = Math.abs(differences.reduce((total, one) => total + one, 0)) - ROUNDING * size;
  if (seen <= 0) return 1;
  const half = Math.floor(differences.length / 2);
  const left = flippedSums(differences.slice(0, half));
  const right = flippedSums(differences.slice(half));
  // Both lists are symmetric about zero: as many totals lie at or above `seen` as at or below its negative.
  let atLeast = 0;
  let from = right.length;
  for (const sum of left) {
    while (from > 0 && right[from - 1]! + sum >= seen) from -= 1;
    atLeast += right.length - from;
  }
  return Math.min(1, (2 * atLeast) / (left.length * right.length));
}

/** The smallest p that `signFlipP` can give on so many blocks: 0.25 on three. */
export function smallestFlipP(blocks: number): number {
  return Math.min(1, 2 ** (1 - blocks));
}

/** Every sum of ±values, ascending. */
function flippedSums(values: readonly number[]): Float64Array {
  let sums = Float64Array.of(0);
  for (const value of values) {
    const wider = new Float64Array(sums.length * 2);
    for (const [index, sum] of sums.entries()) {
      wider[2 * index] = sum - value;
      wider[2 * index + 1] = sum + value;
    }
    sums = wider;
  }
  return sums.toSorted();
}
