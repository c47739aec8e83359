import { logGamma } from "./distributions.ts";
import { remembered } from "./remembered.ts";

/** Points at which a function of an estimated standard deviation is summed. */
interface ChiNodes {
  /** Values of s. */
  readonly scale: Float64Array;
  /** Their weights; they add up to 1. */
  readonly weight: Float64Array;
}

/** Densities below e^-23 (1e-10) of the peak are left out. */
const NEGLIGIBLE = -23;

/** From here on an estimated standard deviation is as good as the true one (to 1e-6 in a probability). */
const KNOWN_FROM = 1e7;

/**
 * The expectation of a function of s = √(χ²/ν), the estimated over the true standard deviation.
 * @param nu degrees of freedom ν > 0; infinite for a known standard deviation
 */
export function meanOverChi(nu: number, of: (s: number) => number): number {
  const { scale, weight } = chiNodes(nu);
  let total = 0;
  for (const [index, s] of scale.entries()) total += weight[index]! * of(s);
  return total;
}

/**
 * Nodes and weights of its distribution: expectations under it are sums over them. The trapezoidal rule in ln s, which
 * converges exponentially since the density and its derivatives vanish at both ends.
 * Source: L. N. Trefethen and J. A. C. Weideman, "The exponentially convergent trapezoidal rule", SIAM Review 56(3), 2014.
 */
const chiNodes = remembered((nu: number): ChiNodes => {
  if (!(nu > 0)) throw new RangeError(`${nu} degrees of freedom`);
  if (nu >= KNOWN_FROM) return { scale: Float64Array.of(1), weight: Float64Array.of(1) };
  // ln of the density of ln s at u, less its value at the peak u = 0.
  const logDensity = (u: number): number => nu * (u - Math.expm1(2 * u) / 2);
  // With many degrees of freedom the density is nearly normal and needs fewer points.
  const step = (nu < 8 ? 0.4 : 0.6) / Math.sqrt(2 * nu);
  const peak = Math.exp(Math.log(2) + (nu / 2) * Math.log(nu / 2) - logGamma(nu / 2) - nu / 2);
  const scale: number[] = [];
  const weight: number[] = [];
  const add = (u: number): boolean => {
    const log = logDensity(u);
    if (log < NEGLIGIBLE) return false;
    scale.push(Math.exp(u));
    weight.push(peak * Math.exp(log) * step);
    return true;
  };
  for (let index = 0; add(index * step); index++);
  for (let index = -1; add(index * step); index--);
  const total = weight.reduce((sum, one) => sum + one, 0);
  return { scale: Float64Array.from(scale), weight: Float64Array.from(weight, (one) => one / total) };
});
