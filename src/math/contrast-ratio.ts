import type { ArmContrast, BlockModel } from "./block-model.ts";
import { studentTQuantile } from "./distributions.ts";

/** exp of a contrast of logarithms; its interval is null where nothing is left to estimate the noise from. */
export interface ContrastRatio {
  readonly ratio: number;
  readonly interval: { readonly lower: number; readonly upper: number } | null;
}

/**
 * The ratio that a contrast of a model of logarithms stands for, with Student's t interval by the variance pooled over all arms.
 * Null where blocks do not tie its arms together.
 * @param level confidence, two-sided, between 0 and 1
 */
export function contrastRatio(model: BlockModel, contrast: ArmContrast, level = 0.95): ContrastRatio | null {
  const estimate = model.estimate(contrast);
  if (estimate === null) return null;
  const ratio = Math.exp(estimate);
  if (model.residualVariance === null) return { ratio, interval: null };
  const weight = [...model.products(contrast, contrast).values()].reduce((sum, one) => sum + one, 0);
  const half = studentTQuantile((1 + level) / 2, model.degreesOfFreedom) * Math.sqrt(model.residualVariance * weight);
  return { ratio, interval: { lower: Math.exp(estimate - half), upper: Math.exp(estimate + half) } };
}
