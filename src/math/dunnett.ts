import { chiNodes } from "./chi-nodes.ts";
import { normalCdf, studentTQuantile } from "./distributions.ts";
import { tabulated } from "./tabulated.ts";

/** The normal density beyond this many standard deviations adds less than 1e-9. */
const FARTHEST = 6.25;

/**
 * The two-sided p of a statistic t, corrected over a family of comparisons with one control: the chance that the largest of
 * |T1| … |Tm| is at least |t| where no change does anything. The T's are multivariate Student with correlation
 * λi λj between two of them, which is what a shared control gives; where missing trials make the correlation another one,
 * this is the factor-analytic approximation.
 * Sources: C. W. Dunnett, "A multiple comparison procedure for comparing several treatments with a control", JASA 50, 1955;
 * J. C. Hsu, "The factor analytic approach to simultaneous inference in the general linear model", J. Computational and
 * Graphical Statistics 1(2), 1992. Integrated over the shared normal and the estimated standard deviation.
 * @param loadings λ of each comparison, from 0 up to below 1; the classic table has √½ throughout
 * @param degreesOfFreedom of the residual; infinite where the standard deviation is known
 */
export function dunnettP(t: number, loadings: readonly number[], degreesOfFreedom: number): number {
  return chanceBeyond(Math.abs(t), loadings, degreesOfFreedom, allWithin);
}

/**
 * The same with one side: the chance that the largest of T1 … Tm, not of their sizes, is at least t.
 * Source: as `dunnettP`.
 */
export function dunnettUpperP(t: number, loadings: readonly number[], degreesOfFreedom: number): number {
  return chanceBeyond(t, loadings, degreesOfFreedom, allBelow);
}

function chanceBeyond(
  t: number,
  loadings: readonly number[],
  degreesOfFreedom: number,
  chanceInside: ChanceInside,
): number {
  if (Number.isNaN(t)) return NaN;
  if (Math.abs(t) === Infinity) return t > 0 ? 0 : 1;
  const insideOf = knownDeviation(loadings, chanceInside);
  const { scale, weight } = chiNodes(degreesOfFreedom);
  let inside = 0;
  for (const [index, s] of scale.entries()) inside += weight[index]! * insideOf(t * s);
  return Math.min(1, Math.max(0, 1 - inside));
}

type ChanceInside = (bound: number, groups: readonly LoadingGroup[], step: number) => number;

/** Families whose chances are kept: all members of one have their loadings in common, and each asks for them many times. */
const MOST_KEPT = 32;
const keptFamilies = new Map<ChanceInside, Map<string, (bound: number) => number>>();

/** P(inside) by the bound where the standard deviation is known. */
function knownDeviation(loadings: readonly number[], chanceInside: ChanceInside): (bound: number) => number {
  const counts = new Map<number, number>();
  for (const loading of loadings) {
    const rounded = Math.round(loading * 1e6) / 1e6;
    counts.set(rounded, (counts.get(rounded) ?? 0) + 1);
  }
  const ofKind = keptFamilies.get(chanceInside) ?? new Map<string, (bound: number) => number>();
  keptFamilies.set(chanceInside, ofKind);
  const key = [...counts].join(" ");
  const known = ofKind.get(key);
  if (known !== undefined) return known;
  const groups = [...counts].map(([loading, count]) => ({ loading, own: Math.sqrt(1 - loading * loading), count }));
  const narrowest = Math.min(...groups.map(({ loading, own }) => (loading === 0 ? Infinity : own / loading)));
  const step = Math.max(0.01, Math.min(0.5, 0.6 * narrowest));
  const made = tabulated((bound) => chanceInside(bound, groups, step));
  if (ofKind.size >= MOST_KEPT) ofKind.clear();
  ofKind.set(key, made);
  return made;
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
 * The two-sided critical value of `dunnettP`: the t whose corrected p is 1 - level, to 1e-6.
 * @param level for instance 0.95
 */
export function dunnettQuantile(level: number, loadings: readonly number[], degreesOfFreedom: number): number {
  return criticalT(1 - level, loadings, degreesOfFreedom, { p: dunnettP, sides: 2 });
}

/** The one-sided critical value: that of `dunnettUpperP`. */
export function dunnettUpperQuantile(level: number, loadings: readonly number[], degreesOfFreedom: number): number {
  return criticalT(1 - level, loadings, degreesOfFreedom, { p: dunnettUpperP, sides: 1 });
}

/**
 * Between Student's quantile and Bonferroni's, by the Illinois variant of false position.
 * Source: M. Dowell and P. Jarratt, "A modified regula falsi method", BIT 11, 1971.
 */
function criticalT(
  alpha: number,
  loadings: readonly number[],
  degreesOfFreedom: number,
  { p, sides }: { p: typeof dunnettP; sides: 1 | 2 },
): number {
  const excess = (t: number): number => Math.log(p(t, loadings, degreesOfFreedom) / alpha);
  let [low, high] = [1, loadings.length].map((tests) =>
    studentTQuantile(1 - alpha / sides / tests, degreesOfFreedom),
  ) as [number, number];
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
