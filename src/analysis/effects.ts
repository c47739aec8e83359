import { geometricMean } from "../math/level.ts";
import { holm } from "../math/corrections.ts";
import { contrastCovariance, contrastVariance } from "../math/arm-variances.ts";
import { ratioInterval } from "../math/contrast-ratio.ts";
import type { ArmContrast, BlockModel } from "../math/block-model.ts";
import { equivalenceTest } from "../math/equivalence.ts";
import { figureText } from "../math/figures.ts";
import { detectableNoncentrality } from "../math/power.ts";
import { mean } from "../math/statistics.ts";
import { twoSidedP } from "../math/t-test.ts";
import { pairedOrder } from "../schema/own-order.ts";
import { derivedFigures, perGpuName } from "../schema/derived-figures.ts";
import { noTest, type Effect, type Equivalence } from "../schema/effect.ts";
import type { Contrast } from "../schema/experiment.ts";
import type { Trial } from "../schema/trial.ts";
import {
  blockDifferences,
  contrastOf,
  fitCell,
  fitRaw,
  type Arm,
  type BlockDifference,
  type CellModel,
} from "./cell-model.ts";
import { gpuStanding } from "./gpus.ts";
import { correctFamily, type Corrected, type FamilyMember } from "./families.ts";
import { hostsIn } from "./hosts.ts";
import { headlineMetrics, type ComparedMetric } from "../schema/headline-figures.ts";
import { pairedRounds, pairedRoundsText } from "./paired-rounds.ts";
import { poolsOf, type PoolOf } from "./pools.ts";
import { powerWanted, significanceLevel } from "./rules.ts";
import { cellsOf, rulesOf, type Cell, type ComparedStudy } from "./study.ts";

/** A metric, or which one each cell is judged by: those of all cells are corrected as one family. */
export type MetricChoice = ComparedMetric | ((cell: Cell) => ComparedMetric | null);

/** What contrasts are worked out for: of the figures that follow from others, those per GPU alone, and where they can decide. */
function headlineChoices(study: ComparedStudy, trials: readonly Trial[]): MetricChoice[] {
  return headlineMetrics.flatMap((metric) => {
    const derived = derivedFigures.find((one) => one.metric === metric.metric);
    if (derived === undefined) return metric;
    if (perGpuName(derived.from.metric) !== derived.metric) return [];
    return (cell: Cell) => (gpuStanding(study, cell, trials).isPerGpu ? metric : null);
  });
}

/**
 * What each change did to each metric, on the logarithms of usable trials, by a model of arms and blocks with a variance for
 * each arm: ratio, 95 % interval, p, p corrected over the contrasts of its family, the smallest effect that could have been
 * seen, and whether it is too small to matter. Metrics that neither side has are left out.
 */
export function effects(
  study: ComparedStudy,
  trials: readonly Trial[],
  metrics: readonly MetricChoice[] = headlineChoices(study, trials),
  poolOf: PoolOf = poolsOf(study, trials),
): Effect[] {
  const margin = rulesOf(study).smallestEffectOfInterest;
  const cells = cellsOf(study.contrasts);
  const byContrast = new Map<Contrast, Effect[]>(study.contrasts.map((contrast) => [contrast, []]));
  for (const metric of metrics) {
    const drafts = cells.flatMap((cell) => {
      const chosen = typeof metric === "function" ? metric(cell) : metric;
      return chosen === null ? [] : uncorrectedEffects(cell, chosen, poolOf);
    });
    for (const [family, members] of Map.groupBy(drafts, ({ contrast }) => contrast.family)) {
      const tested = members.filter(isTested);
      const corrected = correctFamily(
        family,
        tested.map(({ member }) => member),
      );
      const found = new Map(
        tested.map((draft, index) => [draft as UncorrectedEffect, finished(draft, corrected[index]!)]),
      );
      const alike = equivalences(
        tested.filter(({ effect }) => effect.scale === "log"),
        margin,
      );
      for (const draft of members) {
        const effect = { ...(found.get(draft) ?? draft.effect), equivalence: alike.get(draft) ?? null };
        byContrast
          .get(draft.contrast)!
          .push(study.order === pairedOrder && effect.scale === "log" ? inPairs(effect, draft) : effect);
      }
    }
  }
  return [...byContrast.values()].flat();
}

/** An effect before it is corrected over its family. */
export interface UncorrectedEffect {
  contrast: Contrast;
  effect: Effect;
  /** Treatment less control, on the effect's scale, in each block that holds both. */
  differences: readonly BlockDifference[];
  /** Null where nothing can be tested. */
  member: FamilyMember | null;
}

/** What the changes of a cell did to one metric; contrasts neither side of which has it are left out. */
export function uncorrectedEffects(cell: Cell, metric: ComparedMetric, poolOf: PoolOf): UncorrectedEffect[] {
  const fitted = fitCell(cell, poolOf, metric);
  const drafts = cell.contrasts.flatMap((contrast) => draftOf(contrast, metric, fitted) ?? []);
  setLoadings(drafts, fitted);
  return drafts;
}

type TestedEffect = UncorrectedEffect & { member: FamilyMember };

function isTested(draft: UncorrectedEffect): draft is TestedEffect {
  return draft.member !== null;
}

function draftOf(contrast: Contrast, { metric, stat }: ComparedMetric, fitted: CellModel): UncorrectedEffect | null {
  const treatment = fitted.arms.get(contrast.treatment)!;
  const control = fitted.arms.get(contrast.control)!;
  if (treatment.values.length === 0 && control.values.length === 0) return null;
  const scale = treatment.positive && control.positive ? "log" : "raw";
  const treatmentValue = levelIn(scale, treatment.values);
  const controlValue = levelIn(scale, control.values);
  const none = nothingToCompare(treatment, control);
  const along = contrastOf(treatment, control);
  const own = scale === "log" ? fitted : fitRaw(treatment, control);
  const { model } = own;
  const estimate = none === null ? rounded(model.estimate(along)) : null;
  const differences = none === null ? blockDifferences(treatment, control, scale) : [];
  const why = none ?? untested(contrast, treatment, control, model, estimate);
  const plain = none !== null || !controlValue ? null : treatmentValue! / controlValue;
  const effect: Effect = {
    treatment: contrast.treatment,
    control: contrast.control,
    family: contrast.family,
    metric,
    stat,
    unit: treatment.unit || control.unit,
    treatmentValue,
    controlValue,
    ratio: estimate === null || scale === "raw" ? plain : Math.exp(estimate),
    scale,
    direction: none === null ? directionOf(estimate ?? treatmentValue! - controlValue!) : null,
    ...noTest,
    blocks: differences.length,
    hosts: hostsIn(
      [...control.pool.trials, ...treatment.pool.trials],
      differences.map(({ block }) => block),
    ),
    residual: null,
    drift: fitted.drift,
    method: none ?? methods[scale] + (estimate === null ? "" : ", by arms and blocks"),
    why,
    trials: { treatment: treatment.values.length, control: control.values.length },
    excluded: [...treatment.pool.excluded, ...treatment.missing, ...control.pool.excluded, ...control.missing],
  };
  if (why !== null || estimate === null) return { contrast, effect, differences, member: null };
  const { variance, degreesOfFreedom } = contrastVariance(own, along);
  if (degreesOfFreedom < fewestDegrees)
    return { contrast, effect: { ...effect, why: noNoise("too little") }, differences, member: null };
  const standardError = Math.sqrt(variance);
  const p = twoSidedP(estimate, standardError, degreesOfFreedom);
  // Raw differences share no model, and so no group.
  const group = `${fitted.baseline} ${contrast.control}${scale === "log" ? "" : ` ${contrast.treatment}`}`;
  const member = { group, estimate, standardError, degreesOfFreedom, p, loading: 0 };
  const residual = scale === "log" ? Math.sqrt(model.residualVariance!) : null;
  return { contrast, effect: { ...effect, residual }, differences, member };
}

const methods = {
  log: "ratio of geometric means",
  raw: "difference of arithmetic means, since a zero has no logarithm",
} as const;

function levelIn(scale: Effect["scale"], values: readonly number[]): number | null {
  return scale === "log" ? geometricMean(values) : mean(values);
}

function directionOf(estimate: number): Effect["direction"] {
  if (estimate === 0) return "same";
  return estimate > 0 ? "higher" : "lower";
}

function nothingToCompare(treatment: Arm, control: Arm): string | null {
  if (treatment.values.length === 0) return "no ratio: the treatment has no usable value";
  if (control.values.length === 0) return "no ratio: the control has no usable value";
  return [treatment, control].some(({ values }) => values.some((value) => value !== 0))
    ? null
    : "no ratio: both sides measured zero throughout";
}

/** Missing trials may leave a contrast less than one degree of freedom: its interval would reach from nothing to beyond all numbers. */
export const fewestDegrees = 1;

export function noNoise(left: string): string {
  return `${left} is left to estimate the noise from after arms and blocks`;
}

/** Why an effect cannot be tested; null where it can. */
function untested(
  contrast: Contrast,
  treatment: Arm,
  control: Arm,
  model: BlockModel,
  estimate: number | null,
): string | null {
  if (estimate === null) return "no blocks tie the two sides together, so that drift cannot be told from the change";
  const single = treatment.values.length < 2 ? contrast.treatment : control.values.length < 2 ? contrast.control : null;
  if (single !== null) return `${single} has one launch only, and no interval rests on a single launch`;
  if (model.residualVariance === null) return noNoise("nothing");
  return null;
}

/** Differences of logarithms that are rounding are none. */
function rounded(estimate: number | null): number | null {
  return estimate !== null && Math.abs(estimate) < 1e-12 ? 0 : estimate;
}

/** The correlation that contrasts with one control have, from the mean of their covariances: exact where no trial is missing. */
function setLoadings(drafts: readonly UncorrectedEffect[], fitted: CellModel): void {
  const { arms } = fitted;
  const groups = Map.groupBy(
    drafts.filter(isTested).filter(({ effect }) => effect.scale === "log"),
    ({ member, contrast }) => `${contrast.family} ${member.group}`,
  );
  for (const members of groups.values()) {
    if (members.length < 2) continue;
    const contrasts = members.map(({ contrast }) =>
      contrastOf(arms.get(contrast.treatment)!, arms.get(contrast.control)!),
    );
    const covariance = (left: ArmContrast, right: ArmContrast): number => contrastCovariance(fitted, left, right);
    const own = contrasts.map((one) => covariance(one, one));
    const all = new Map<number, number>();
    for (const [arm, weight] of contrasts.flatMap((one) => [...one])) all.set(arm, (all.get(arm) ?? 0) + weight);
    const pairs = members.length * (members.length - 1);
    const shared = (covariance(all, all) - own.reduce((sum, one) => sum + one, 0)) / pairs;
    for (const [index, { member }] of members.entries()) {
      member.loading = own[index] === 0 ? 0 : Math.sqrt(Math.min(0.999, Math.max(0, shared / own[index]!)));
    }
  }
}

function finished({ effect, member }: TestedEffect, { criticalT, ...corrected }: Corrected): Effect {
  const { estimate, standardError, degreesOfFreedom } = member;
  const found = { ...effect, ...corrected, p: member.p, degreesOfFreedom };
  if (effect.scale === "raw")
    return { ...found, method: `${effect.method}; t with ${figureText(degreesOfFreedom)} degrees of freedom` };
  return {
    ...found,
    interval: ratioInterval(estimate, standardError, degreesOfFreedom, significanceLevel),
    smallestDetectable: Math.expm1(detectableNoncentrality(criticalT, degreesOfFreedom, powerWanted) * standardError),
    method: `${effect.method}; 95 % interval by t with ${figureText(degreesOfFreedom)} degrees of freedom`,
  };
}

function inPairs(effect: Effect, { differences }: UncorrectedEffect): Effect {
  const paired = pairedRounds(differences);
  return paired === null
    ? { ...effect, paired }
    : { ...effect, paired, method: `${effect.method}; ${pairedRoundsText(paired)}` };
}

/** Whether each is too small to matter, corrected by Holm: of families whose changes all lie at the margin, at most one in twenty has a change that is called so. */
function equivalences(drafts: readonly TestedEffect[], margin: number): Map<UncorrectedEffect, Equivalence> {
  const tests = drafts.map(({ member: { estimate, standardError, degreesOfFreedom } }) =>
    equivalenceTest(estimate, standardError, degreesOfFreedom, Math.log1p(margin), significanceLevel),
  );
  const adjusted = holm(tests.map(({ p }) => p));
  return new Map(
    drafts.map((draft, index) => {
      const { p, lower, upper } = tests[index]!;
      const interval = { lower: Math.exp(lower), upper: Math.exp(upper) };
      const pAdjusted = adjusted[index]!;
      return [draft, { margin, p, pAdjusted, interval, equivalent: pAdjusted <= significanceLevel }];
    }),
  );
}
