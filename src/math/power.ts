import { meanOverChi } from "./chi-nodes.ts";
import { normalCdf } from "./distributions.ts";
import { remembered } from "./remembered.ts";

/**
 * P(T <= t) of the noncentral Student distribution, (Z + δ) / √(χ²/ν), integrated over the chi.
 * Source: N. L. Johnson, S. Kotz and N. Balakrishnan, Continuous Univariate Distributions, vol. 2, 2nd ed., 31.2.
 * @param noncentrality δ, the true effect in standard errors
 */
export function noncentralTCdf(t: number, degreesOfFreedom: number, noncentrality: number): number {
  return Math.min(
    1,
    meanOverChi(degreesOfFreedom, (s) => normalCdf(t * s - noncentrality)),
  );
}

/** The chance that |T| goes beyond a two-sided critical value where the true effect is δ standard errors. */
export function powerOfT(criticalT: number, degreesOfFreedom: number, noncentrality: number): number {
  return (
    1 -
    noncentralTCdf(criticalT, degreesOfFreedom, noncentrality) +
    noncentralTCdf(-criticalT, degreesOfFreedom, noncentrality)
  );
}

/**
 * The chance that two one-sided tests call a change equivalent that does nothing: that the estimate lies within the margin by
 * the critical value times its estimated standard error.
 * @param criticalT of each one-sided test
 * @param margin in true standard errors
 */
export function powerOfEquivalence(criticalT: number, degreesOfFreedom: number, margin: number): number {
  return meanOverChi(degreesOfFreedom, (s) => Math.max(0, 2 * normalCdf(margin - criticalT * s) - 1));
}

/** The smallest true effect, in standard errors, that a two-sided test with this critical value finds with the given power, to 1e-7. */
export const detectableNoncentrality = remembered(
  (criticalT: number, degreesOfFreedom: number, power: number): number => {
    const isFound = (effect: number): boolean => powerOfT(criticalT, degreesOfFreedom, effect) >= power;
    const { below, above } = smallestWhere(isFound, 1e-7);
    return (below + above) / 2;
  },
);

/** Bounds of the smallest positive size at which a condition turns from false to true; they differ by at most a given share of it. */
export function smallestWhere(holds: (size: number) => boolean, share: number): { below: number; above: number } {
  let [below, above] = [0, 1];
  while (!holds(above)) above *= 2;
  while (above - below > share * above) {
    const middle = (below + above) / 2;
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return { below, above };
}
