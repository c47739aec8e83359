import { studentTCdf } from "./distributions.ts";

/** One-sided p of Student's t: the chance of an estimate this far above the hypothesis, or farther. Without any error the distance alone decides. */
export function upperTailP(distance: number, standardError: number, degreesOfFreedom: number): number {
  if (standardError === 0) return distance === 0 ? 0.5 : Number(distance < 0);
  return studentTCdf(-distance / standardError, degreesOfFreedom);
}

/** Two-sided p of Student's t that the true value is 0. */
export function twoSidedP(estimate: number, standardError: number, degreesOfFreedom: number): number {
  return 2 * upperTailP(Math.abs(estimate), standardError, degreesOfFreedom);
}
