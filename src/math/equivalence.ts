import { studentTQuantile } from "./distributions.ts";
import { upperTailP } from "./t-test.ts";

/** Whether an effect is small enough not to matter. Lengths in the unit of the estimate. */
export interface EquivalenceTest {
  /** The larger of the two one-sided p: that the true effect is beyond one of the margins. */
  readonly p: number;
  /** The interval of level 1 - 2α; inside the margins exactly where p <= α. */
  readonly lower: number;
  readonly upper: number;
}

/**
 * Two one-sided t tests against ±margin (TOST).
 * Source: D. J. Schuirmann, "A comparison of the two one-sided tests procedure and the power approach for assessing the
 * equivalence of average bioavailability", J. Pharmacokinetics and Biopharmaceutics 15(6), 1987.
 * @param margin half width of the region of no interest, positive
 * @param alpha level of each one-sided test
 */
export function equivalenceTest(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  margin: number,
  alpha = 0.05,
): EquivalenceTest {
  const half = studentTQuantile(1 - alpha, degreesOfFreedom) * standardError;
  const beyond = (distance: number): number => upperTailP(distance, standardError, degreesOfFreedom);
  return {
    p: Math.max(beyond(margin - estimate), beyond(margin + estimate)),
    lower: estimate - half,
    upper: estimate + half,
  };
}
