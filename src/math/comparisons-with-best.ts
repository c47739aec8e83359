import { studentTQuantile } from "./distributions.ts";
import { dunnettQuantile } from "./dunnett.ts";
import { remembered } from "./remembered.ts";

/** The estimated difference of two arms, one less the other, which is its control here. */
export interface ArmDifference {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  /** Square root of the share of the variance that comes from the control: what it has in common with other differences to it. */
  loading: number;
}

/** An arm less the best of the others: bounds that hold for all arms together. One of them is 0, or they lie on both sides of it. */
export interface BoundsToBest {
  lower: number;
  /** 0 where the arm is shown not to be the best. */
  upper: number;
  /** True where it cannot be told from the best. */
  mayBeBest: boolean;
}

/** An arm is held against so many of the best others: against all of a large design would cost more and tell hardly more. */
const MOST_RIVALS = 20;
/** Loadings are cut to so many parts of 1, which makes bounds wider by less than 1 %, so that arms share what was computed; and 1 cannot be integrated over. */
const LOADING_PARTS = 50;
const MOST_LOADING = 1 - 1 / LOADING_PARTS;

const criticalValue = remembered((level: number, others: number, loading: number, degreesOfFreedom: number): number =>
  dunnettQuantile(level, Array<number>(others).fill(loading), degreesOfFreedom, "one"),
);

/**
 * Multiple comparisons with the best, larger being better. The truly best arm is among those with `mayBeBest` in `level` of all
 * studies, and all bounds hold together in as many. Each arm is in turn the control of one-sided comparisons by Dunnett; those
 * with fewer rivals than there are arms, and all with their fewest degrees of freedom, are wider than they need be.
 * Source: J. C. Hsu, Multiple Comparisons: Theory and Methods, 1996, sections 4.1 and 4.2 (unequal precision); the set is
 * that of S. S. Gupta, "On some multiple decision (selection and ranking) rules", Technometrics 7(2), 1965.
 * @param estimates of the arms, on one scale; only their order is used
 * @param differenceOf the first arm less the second, the control
 * @param level for instance 0.95
 */
export function comparisonsWithBest(
  estimates: readonly number[],
  differenceOf: (arm: number, control: number) => ArmDifference,
  level: number,
): BoundsToBest[] {
  const ranked = estimates.map((_, arm) => arm).toSorted((left, right) => estimates[right]! - estimates[left]!);
  const rivalsOf = (arm: number): number[] =>
    ranked
      .slice(0, MOST_RIVALS + 1)
      .flatMap((other) => (other === arm ? [] : other))
      .slice(0, MOST_RIVALS);
  const others = estimates.length - 1;
  const uppers = estimates.map((_, arm) =>
    upperOf(
      rivalsOf(arm).map((rival) => differenceOf(rival, arm)),
      others,
      level,
    ),
  );
  const set = ranked.filter((arm) => uppers[arm]!.mayBeBest);
  return uppers.map(({ upper, mayBeBest }, arm) => {
    const lowers = set.flatMap((rival) => {
      if (rival === arm) return [];
      const { estimate, standardError } = differenceOf(arm, rival);
      return estimate - uppers[rival]!.critical * standardError;
    });
    return { lower: lowers.length === 0 ? 0 : Math.min(0, ...lowers), upper, mayBeBest };
  });
}

/** How far an arm may lie above the best of the others, and the critical value of comparisons with it. */
function upperOf(
  rivals: readonly ArmDifference[],
  others: number,
  level: number,
): { upper: number; mayBeBest: boolean; critical: number } {
  const upperBy = (critical: number): number =>
    Math.max(0, Math.min(...rivals.map(({ estimate, standardError }) => critical * standardError - estimate)));
  const degrees = Math.min(...rivals.map(({ degreesOfFreedom }) => degreesOfFreedom));
  // Bonferroni's is at least as large: what it shows not to be the best needs no integral.
  const largest = studentTQuantile(1 - (1 - level) / others, degrees);
  if (upperBy(largest) === 0 && rivals.some(({ estimate }) => estimate > 0))
    return { upper: 0, mayBeBest: false, critical: largest };
  const mean = rivals.reduce((sum, { loading }) => sum + loading, 0) / rivals.length;
  const cut = Math.min(MOST_LOADING, Math.max(0, Math.floor(mean * LOADING_PARTS) / LOADING_PARTS));
  const critical = criticalValue(level, others, cut, degrees);
  const upper = upperBy(critical);
  return { upper, mayBeBest: upper > 0 || rivals.every(({ estimate }) => estimate <= 0), critical };
}
