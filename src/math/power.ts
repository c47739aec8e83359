import { chiNodes } from "./chi-nodes.ts";
import { normalCdf } from "./distributions.ts";
import { remembered } from "./remembered.ts";

/**
 * P(T <= t) of the noncentral Student distribution, (Z + δ) / √(χ²/ν), integrated over the chi.
 * Source: N. L. Johnson, S. Kotz and N. Balakrishnan, Continuous Univariate Distributions, vol. 2, 2nd ed., 31.2.
 * @param noncentrality δ, the true effect in standard errors
 */
export function noncentralTCdf(t: number, degreesOfFreedom: number, noncentrality: number): number {
  const { scale, weight } = chiNodes(degreesOfFreedom);
  let total = 0;
  for (const [index, s] of scale.entries()) total += weight[index]! * normalCdf(t * s - noncentrality);
  return Math.min(1, total);
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
  const { scale, weight } = chiNodes(degreesOfFreedom);
  let total = 0;
  for (const [index, s] of scale.entries())
    total += weight[index]! * Math.max(0, 2 * normalCdf(margin - criticalT * s) - 1);
  return total;
}

/**
 * The smallest true effect, in standard errors, that a two-sided test with this critical value finds with the given power.
 * Bisection to 1e-7.
 */
export const detectableNoncentrality = remembered(
  (criticalT: number, degreesOfFreedom: number, power: number): number => {
    let above = 1;
    while (powerOfT(criticalT, degreesOfFreedom, above) < power) above *= 2;
    let below = 0;
    while (above - below > 1e-7 * above) {
      const middle = (below + above) / 2;
      if (powerOfT(criticalT, degreesOfFreedom, middle) < power) below = middle;
      else above = middle;
    }
    return (below + above) / 2;
  },
);
