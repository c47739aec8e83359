import { contrastVariance } from "../math/arm-variances.ts";
import { levelOf } from "../math/level.ts";
import { comparisonsWithBest, type ArmDifference, type BoundsToBest } from "../math/comparisons-with-best.ts";
import { remembered } from "../math/remembered.ts";
import { countText } from "../math/figures.ts";
import { cellName } from "../schema/experiment.ts";
import type { BestArm, BestOfCell } from "../schema/best.ts";
import type { Trial } from "../schema/trial.ts";
import { contrastOf, fitCell, type Arm, type CellModel } from "./cell-model.ts";
import { poolsOf } from "./pools.ts";
import { primaryMetricOf, type PrimaryMetric } from "./primary-metric.ts";
import { significanceLevel } from "./rules.ts";
import { armsOf, cellsOf, experimentsByName, type ComparedExperiment, type ComparedStudy } from "./study.ts";

/** Of two the comparison itself says which is better. */
const fewestArms = 3;

/**
 * For each workload and point of the sweep with three configurations or more: which of them cannot be told from the best, on the
 * figure that decides there, by the same model of arms and blocks as the effects. The truly best one is among them in 95 % of all
 * studies. What may ship is another question: accuracy and guardrails are not looked at.
 */
export function bestOfCells(study: ComparedStudy, trials: readonly Trial[]): BestOfCell[] {
  const poolOf = poolsOf(study, trials);
  const experiments = experimentsByName(study);
  return cellsOf(study.contrasts).flatMap((cell) => {
    const ran = armsOf(cell).filter((name) => experiments.get(name)?.skip === null);
    if (ran.length < fewestArms) return [];
    // What lies between peaks is the searches' error too, which no interval here knows.
    const rates = new Set(ran.map((name) => experiments.get(name)?.knobs?.["load.rate"]));
    if (study.peak && rates.size > 1) return [];
    const metric = primaryMetricOf(study, cell, trials);
    const fitted = fitCell(cell, poolOf, metric);
    const baseline = experiments.get(cell.baseline);
    return {
      cell: baseline === undefined ? "" : cellName(baseline.labels),
      baseline: cell.baseline,
      metric: metric.metric,
      stat: metric.stat,
      title: metric.title,
      better: metric.better,
      ...standingsOf(
        ran.map((name) => experiments.get(name)!),
        fitted,
        metric,
      ),
    };
  });
}

function standingsOf(
  experiments: readonly ComparedExperiment[],
  fitted: CellModel,
  { better }: PrimaryMetric,
): Pick<BestOfCell, "arms" | "why"> {
  const sign = better === "higher" ? 1 : -1;
  const arms = experiments.map(({ labels }) => ({ labels, arm: fitted.arms.get(labels.name)! }));
  const excuses = new Map(arms.map(({ arm }) => [arm, excuseOf(arm)]));
  const able = arms.flatMap(({ arm }) => (excuses.get(arm) === null ? arm : []));
  const tied = fitted.model.residualVariance === null ? [] : tiedLevels(fitted, able, sign);
  const goodness = new Map(tied.length < 2 ? [] : tied);
  const compared = [...goodness.keys()].toSorted((left, right) => goodness.get(right)! - goodness.get(left)!);
  const bounds = boundsOf(fitted, compared, goodness);

  const shown = arms.map(({ labels, arm }): BestArm => {
    const common = { experiment: labels.name, row: labels.row, value: levelOf(arm.values), unit: arm.unit };
    const found = bounds.get(arm);
    if (found === undefined) {
      const why = excuses.get(arm) ?? "no blocks tie it to the others";
      return { ...common, ratio: null, interval: null, standing: "not compared", why };
    }
    const rival = compared.find((other) => other !== arm)!;
    const ends = [sign * found.lower, sign * found.upper].map(Math.exp);
    return {
      ...common,
      ratio: Math.exp(sign * (goodness.get(arm)! - goodness.get(rival)!)),
      interval: { lower: Math.min(...ends), upper: Math.max(...ends) },
      standing: arm === compared[0] ? "best" : found.mayBeBest ? "not told apart" : "worse",
      why: null,
    };
  });
  const places = new Map(compared.map((arm, place) => [arm, place]));
  const placeOf = (at: number): [number, number] => [
    places.get(arms[at]!.arm) ?? Infinity,
    -sign * (shown[at]!.value ?? -sign * Infinity),
  ];
  const order = arms
    .map((_, at) => at)
    .toSorted((left, right) => {
      const [one, two] = [placeOf(left), placeOf(right)];
      return one[0] === two[0] ? one[1] - two[1] : one[0] - two[0];
    });
  return { arms: order.map((at) => shown[at]!), why: bounds.size > 0 ? null : whyNothing(arms.map(({ arm }) => arm)) };
}

/** Why an arm cannot be compared, whatever the others are; null where it can. */
function excuseOf({ values, positive, missing, pool }: Arm): string | null {
  if (values.length === 0) return missing[0]?.why ?? pool.excluded[0]?.why ?? "it was not measured";
  if (!positive) return "a launch measured zero, which has no logarithm";
  return values.length === 1 ? "it has one launch only, and no interval rests on a single launch" : null;
}

function whyNothing(arms: readonly Arm[]): string {
  const measured = arms.filter(({ values }) => values.length > 0);
  if (measured.length < 2) return `${countText(measured.length, "configuration")} of ${arms.length} measured`;
  const repeated = measured.filter(({ values }) => values.length > 1);
  if (repeated.length < 2) return "fewer than two configurations were repeated";
  return repeated.filter(({ positive }) => positive).length < 2
    ? "fewer than two configurations measured more than zero in every launch"
    : "no blocks tie the configurations together";
}

/** The logarithms of the most arms that blocks tie together, above that of one of them; negative where less is better. */
function tiedLevels({ model }: CellModel, arms: readonly Arm[], sign: 1 | -1): [Arm, number][] {
  let most: [Arm, number][] = [];
  const seen = new Set<Arm>();
  for (const reference of arms) {
    if (seen.has(reference)) continue;
    const part = arms.flatMap((arm): [Arm, number][] => {
      const above = arm === reference ? 0 : model.estimate(contrastOf(arm, reference));
      return above === null ? [] : [[arm, sign * above]];
    });
    for (const [arm] of part) seen.add(arm);
    if (part.length > most.length) most = part;
  }
  return most;
}

function boundsOf(fitted: CellModel, arms: readonly Arm[], goodness: ReadonlyMap<Arm, number>): Map<Arm, BoundsToBest> {
  if (arms.length === 0) return new Map();
  const { model, variances } = fitted;
  const levels = arms.map((arm) => goodness.get(arm)!);
  // Both ways round a difference has the same precision.
  const precisionOf = remembered((one, other) => {
    const along = contrastOf(arms[one]!, arms[other]!);
    const products = model.products(along, along);
    return { products, ...contrastVariance(fitted, along, products) };
  });
  const differenceOf = (arm: number, control: number): ArmDifference => {
    const { products, variance, degreesOfFreedom } = precisionOf(Math.min(arm, control), Math.max(arm, control));
    const { index } = arms[control]!;
    const ofControl = (products.get(index) ?? 0) * variances.get(index)!.variance;
    return {
      estimate: levels[arm]! - levels[control]!,
      standardError: Math.sqrt(variance),
      degreesOfFreedom,
      loading: variance === 0 ? 0 : Math.sqrt(ofControl / variance),
    };
  };
  const found = comparisonsWithBest(levels, differenceOf, 1 - significanceLevel);
  return new Map(arms.map((arm, index) => [arm, found[index]!]));
}
