import type { BlockModel, BlockObservation } from "../../math/block-model.ts";
import { ratioInterval } from "../../math/contrast-ratio.ts";
import { figureText } from "../../math/figures.ts";
import { quantileLinear, sortedCopy } from "../../math/quantile.ts";
import type { RatioBounds } from "../../schema/effect.ts";
import { figureWords } from "../../schema/figure-words.ts";
import { fitCell } from "../cell-model.ts";
import { primaryMetricOf } from "../primary-metric.ts";
import { significanceLevel } from "../rules.ts";
import { cellsOf } from "../study.ts";
import {
  changeWithBounds,
  excludesNothing,
  largestFirst,
  valuesQuery,
  type StudyFindingRule,
} from "./finding-context.ts";

/**
 * From this modified z score on, 0.6745 · residual ÷ MAD, a launch is an outlier.
 * Source: B. Iglewicz and D. C. Hoaglin, How to Detect and Handle Outliers, ASQC Quality Press, 1993, section 3.
 */
const OUTLIER = 3.5;
const NORMAL_MAD = 0.6745;
/** The median of fewer residuals tells nothing. */
const FEWEST = 8;
/** A share below this is rounding. */
const NOTHING = 1e-9;

/** A launch that lies apart from what its arm and its block have. */
interface Outlier {
  place: number;
  z: number;
  ratio: number;
  interval: RatioBounds;
}

/**
 * Launches whose figure lies apart from that of their arm and block, by more than what matters, with an interval corrected over all
 * launches of the study (Bonferroni): else each study of many launches would have one. They stay in every figure.
 */
export const outliers: StudyFindingRule = (context) => {
  const { study, trials, matters, poolOf } = context;
  const cells = cellsOf(study.contrasts).map((cell) => {
    const metric = primaryMetricOf(study, cell, trials);
    const { arms, model } = fitCell(cell, poolOf, metric);
    const launches = [...arms].flatMap(([name, arm]) =>
      arm.positive ? arm.launches.map((launch) => ({ name, arm: arm.index, unit: arm.unit, ...launch })) : [],
    );
    const blocks = [...new Set(launches.map(({ block }) => block))];
    const observations = launches.map(({ arm, block, value }) => ({
      arm,
      block: blocks.indexOf(block),
      value: Math.log(value),
    }));
    return { launches, observations, model, metric };
  });
  const all = cells.reduce((total, { launches }) => total + launches.length, 0);
  const found = cells.flatMap(({ launches, observations, model, metric }) =>
    outliersOf(observations, model, all)
      .filter(({ ratio }) => matters(ratio))
      .map((outlier) => ({ ...outlier, launch: launches[outlier.place]!, metric })),
  );
  return largestFirst(found).map(({ launch, metric, ratio, interval, z }) => {
    const { name, block, position, value, unit } = launch;
    const own = poolOf(name).trials.filter(({ spec }) => spec.block === block && spec.position === position);
    return {
      says: `One launch is an outlier: ${name} in block ${block} has ${figureText(value)} ${unit}, ${changeWithBounds(ratio, interval)} beside the other launches of its arm and block in ${figureWords(`${metric.metric} ${metric.stat}`)} (modified z ${z.toFixed(1)}, above ${OUTLIER}; interval corrected over ${all} launches). It is in every figure.`,
      trials: own.map(({ spec }) => spec.trialId),
      query: valuesQuery(study, [name], metric),
    };
  });
};

/**
 * @param model of these observations
 * @param all launches that are looked at
 */
function outliersOf(observations: readonly BlockObservation[], model: BlockModel, all: number): Outlier[] {
  const { residuals, degreesOfFreedom } = model;
  if (observations.length < FEWEST || degreesOfFreedom < 2) return [];
  const mad = quantileLinear(sortedCopy(residuals.map(Math.abs)), 0.5) ?? 0;
  return observations.flatMap((observation, place): Outlier[] => {
    const z = (NORMAL_MAD * Math.abs(residuals[place]!)) / mad;
    if (!(z > OUTLIER)) return [];
    const apart = apartFromOthers(observation, residuals[place]!, model, significanceLevel / all);
    return apart === null || !excludesNothing(apart.interval) ? [] : [{ place, z, ...apart }];
  });
}

/**
 * A launch beside what the others of its arm and its block let expect, by its deleted residual; null where they tell nothing.
 * Source: R. D. Cook and S. Weisberg, Residuals and Influence in Regression, 1982, section 2.2.
 */
function apartFromOthers(
  { arm, block }: BlockObservation,
  residual: number,
  { leverage, residualVariance, degreesOfFreedom }: BlockModel,
  alpha: number,
): { ratio: number; interval: RatioBounds } | null {
  const left = 1 - leverage(arm, block);
  if (left < NOTHING) return null;
  const estimate = residual / left;
  const squares = Math.max(0, residualVariance! * degreesOfFreedom - residual * estimate);
  const standardError = Math.sqrt(squares / (degreesOfFreedom - 1) / left);
  const interval = ratioInterval(estimate, standardError, degreesOfFreedom - 1, alpha);
  return { ratio: Math.exp(estimate), interval };
}
