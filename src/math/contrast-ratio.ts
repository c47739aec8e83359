import type { ArmContrast, BlockModel } from "./block-model.ts";
import { studentTQuantile } from "./distributions.ts";

/** exp of a contrast of logarithms; its interval is null where nothing is left to estimate the noise from. */
export interface ContrastRatio {
  readonly ratio: number;
  readonly interval: { lower: number; upper: number } | null;
}

/**
 * exp of the ends of Student's t interval of an estimated logarithm.
 * @param alpha the chance that it misses, on both sides together
 */
export function ratioInterval(
  estimate: number,
  standardError: number,
  degreesOfFreedom: number,
  alpha: number,
): { lower: number; upper: number } {
  const half = studentTQuantile(1 - alpha / 2, degreesOfFreedom) * standardError;
  return { lower: Math.exp(estimate - half), upper: Math.exp(estimate + half) };
}

/**
 * The ratio that a contrast of a model of logarithms stands for, with Student's 95 % t interval by the variance pooled over all arms.
 * Null where blocks do not tie its arms together.
 */
export function contrastRatio(model: BlockModel, contrast: ArmContrast): ContrastRatio | null {
  const estimate = model.estimate(contrast);
  if (estimate === null) return null;
  const ratio = Math.exp(estimate);
  if (model.residualVariance === null) return { ratio, interval: null };
  const weight = [...model.products(contrast, contrast).values()].reduce((sum, one) => sum + one, 0);
  const standardError = Math.sqrt(model.residualVariance * weight);
  return { ratio, interval: ratioInterval(estimate, standardError, model.degreesOfFreedom, 0.05) };
}
