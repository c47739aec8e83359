/** p-values corrected over a family of tests; each takes and gives them in the same order. */

/**
 * Holm's step-down correction: family-wise error under any dependence.
 * Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6(2), 1979.
 */
export function holm(ps: readonly number[]): number[] {
  const adjusted = Array.from(ps);
  let largest = 0;
  for (const [rank, index] of ascending(ps).entries()) {
    largest = Math.max(largest, Math.min(1, (ps.length - rank) * ps[index]!));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Benjamini and Hochberg's step-up correction: the expected share of false findings among the findings, for independent or
 * positively dependent tests.
 * Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", J. Royal Statistical Society B 57(1), 1995.
 */
export function benjaminiHochberg(ps: readonly number[]): number[] {
  const adjusted = Array.from(ps);
  let smallest = 1;
  for (const [place, index] of ascending(ps).toReversed().entries()) {
    smallest = Math.min(smallest, (ps.length / (ps.length - place)) * ps[index]!);
    adjusted[index] = smallest;
  }
  return adjusted;
}

/**
 * Šidák's correction of one p over independent tests.
 * Source: Z. Šidák, "Rectangular confidence regions for the means of multivariate normal distributions", JASA 62, 1967.
 */
export function sidak(p: number, tests: number): number {
  return -Math.expm1(tests * Math.log1p(-p));
}

/** Indices from the smallest p to the largest. */
function ascending(ps: readonly number[]): number[] {
  return ps.map((_, index) => index).toSorted((left, right) => ps[left]! - ps[right]! || left - right);
}
