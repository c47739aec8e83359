import { meanOverChi } from "./chi-nodes.ts";
import { normalCdf, studentTQuantile } from "./distributions.ts";
import { remembered } from "./remembered.ts";
import { tabulated } from "./tabulated.ts";

/** The normal density beyond this many standard deviations adds less than 1e-9. */
const FARTHEST = 6.25;

/** `two`: the largest of the sizes |T1| … |Tm| counts; `one`: the largest of T1 … Tm. */
type Sides = "two" | "one";

/**
 * The p of a statistic t, corrected over a family of comparisons with one control: the chance that the largest of |T1| … |Tm|
 * is at least |t| where no change does anything, or with one side that the largest of T1 … Tm is at least t. The T's are
 * multivariate Student with correlation λi λj between two of them, which is what a shared control gives; where missing trials
 * make the correlation another one, this is the factor-analytic approximation.
 * Sources: C. W. Dunnett, "A multiple comparison procedure for comparing several treatments with a control", JASA 50, 1955;
 * J. C. Hsu, "The factor analytic approach to simultaneous inference in the general linear model", J. Computational and
 * Graphical Statistics 1(2), 1992. Integrated over the shared normal and the estimated standard deviation.
 * @param loadings λ of each comparison, from 0 up to below 1; the classic table has √½ throughout
 * @param degreesOfFreedom of the residual; infinite where the standard deviation is known
 */
export function dunnettP(
  t: number,
  loadings: readonly number[],
  degreesOfFreedom: number,
  sides: Sides = "two",
): number {
  if (Number.isNaN(t)) return NaN;
  const bound = sides === "two" ? Math.abs(t) : t;
  if (Math.abs(bound) === Infinity) return bound > 0 ? 0 : 1;
  const counts = Map.groupBy(loadings, (loading) => Math.round(loading * 1e6) / 1e6);
  const insideOf = chanceInside[sides](...[...counts].flatMap(([loading, { length }]) => [loading, length]));
  const inside = meanOverChi(degreesOfFreedom, (s) => insideOf(bound * s));
  return Math.min(1, Math.max(0, 1 - inside));
}

type Inside = (bound: number, groups: readonly LoadingGroup[], step: number) => number;

/** Families whose chances are kept: all members of one have their loadings in common, and each asks for them many times. */
const MOST_KEPT = 32;

/** P(inside) by the bound where the standard deviation is known, of loadings that are each followed by their number. */
const chanceInside = { two: byLoadings(allWithin), one: byLoadings(allBelow) };

function byLoadings(inside: Inside): (...counted: number[]) => (bound: number) => number {
  return remembered((...counted) => {
    const groups = counted.flatMap((loading, at): LoadingGroup[] =>
      at % 2 === 0 ? [{ loading, own: Math.sqrt(1 - loading * loading), count: counted[at + 1]! }] : [],
    );
    const narrowest = Math.min(...groups.map(({ loading, own }) => (loading === 0 ? Infinity : own / loading)));
    const step = Math.max(0.01, Math.min(0.5, 0.6 * narrowest));
    return tabulated((bound) => inside(bound, groups, step));
  }, MOST_KEPT);
}

interface LoadingGroup {
  loading: number;
  own: number;
  count: number;
}

/** P(every |Zi| <= bound) of normals with correlation λi λj, by the trapezoidal rule over the normal that they share. */
function allWithin(bound: number, groups: readonly LoadingGroup[], step: number): number {
  const within = (z: number): number => {
    let product = Math.exp((-z * z) / 2);
    for (const { loading, own, count } of groups) {
      const centre = loading * z;
      product *= (normalCdf((bound - centre) / own) - normalCdf((-bound - centre) / own)) ** count;
    }
    return product;
  };
  // The integrand is the same at z and -z.
  let total = within(0);
  for (let z = step; z <= FARTHEST; z += step) total += 2 * within(z);
  return (total * step) / Math.sqrt(2 * Math.PI);
}

/** P(every Zi <= bound) of the same. */
function allBelow(bound: number, groups: readonly LoadingGroup[], step: number): number {
  const below = (z: number): number => {
    let product = Math.exp((-z * z) / 2);
    for (const { loading, own, count } of groups) product *= normalCdf((bound - loading * z) / own) ** count;
    return product;
  };
  let total = below(0);
  for (let z = step; z <= FARTHEST; z += step) total += below(z) + below(-z);
  return (total * step) / Math.sqrt(2 * Math.PI);
}

/**
 * The critical value of `dunnettP`: the t whose corrected p is 1 - level, to 1e-6. Between Student's quantile and
 * Bonferroni's, by the Illinois variant of false position.
 * Source: M. Dowell and P. Jarratt, "A modified regula falsi method", BIT 11, 1971.
 * @param level for instance 0.95
 */
export function dunnettQuantile(
  level: number,
  loadings: readonly number[],
  degreesOfFreedom: number,
  sides: Sides = "two",
): number {
  const alpha = 1 - level;
  const excess = (t: number): number => Math.log(dunnettP(t, loadings, degreesOfFreedom, sides) / alpha);
  const ofTail = sides === "two" ? alpha / 2 : alpha;
  let [low, high] = [1, loadings.length].map((tests) => studentTQuantile(1 - ofTail / tests, degreesOfFreedom)) as [
    number,
    number,
  ];
  if (loadings.length < 2) return low;
  let [above, below] = [excess(low), excess(high)];
  for (let kept = 0; high - low > 1e-6 * high;) {
    const t = (low * below - high * above) / (below - above);
    const here = excess(t);
    if (Math.abs(here) < 1e-6) return t;
    if (here > 0) {
      [low, above] = [t, here];
      if (kept === 1) below /= 2;
      kept = 1;
    } else {
      [high, below] = [t, here];
      if (kept === -1) above /= 2;
      kept = -1;
    }
  }
  return (low + high) / 2;
}
