import { levelOf } from "../math/level.ts";
import { sumOfVariances } from "../math/arm-variances.ts";
import { ratioInterval } from "../math/contrast-ratio.ts";
import { holm } from "../math/corrections.ts";
import { studentTQuantile } from "../math/distributions.ts";
import { equivalenceTest } from "../math/equivalence.ts";
import { countText } from "../math/figures.ts";
import { detectableNoncentrality } from "../math/power.ts";
import { mean, variance } from "../math/statistics.ts";
import { twoSidedP } from "../math/t-test.ts";
import type { AcrossEffect } from "../schema/comparison.ts";
import { noTest } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import type { ComparedMetric } from "../schema/headline-figures.ts";
import type { FamilyMember } from "./families.ts";
import { pooledValues, type Pool, type PooledValues } from "./pool.ts";
import { powerWanted, significanceLevel } from "./rules.ts";
import { unlikeness } from "./unlike.ts";

/** Launches a side, each with a load seed of its own, from which engines are compared: issue 5's rule. */
const launchesAcrossEngines = 3;

/** One side of a comparison whose sides share no blocks. */
export interface Side {
  name: string;
  performance: Pool;
  accuracy: Pool;
  /** True where the engine was running already: it is not known how often it was started. */
  attached: boolean;
}

/**
 * Each side against the control, metric by metric, on the logarithms of launches' means: Welch's t with Satterthwaite's
 * degrees of freedom, corrected by Holm over the sides, and two one-sided tests against the smallest effect of interest, corrected likewise.
 * Metrics that no side has are left out, unless `always` names them. Source: B. L. Welch, "The generalization of
 * 'Student's' problem when several different population variances are involved", Biometrika 34, 1947.
 * @param margin smallest effect of interest: 0.02 is 2 %
 */
export function compareAcross(
  control: Side,
  others: readonly Side[],
  metrics: readonly ComparedMetric[],
  margin: number,
  always: readonly ComparedMetric[] = [],
): AcrossEffect[] {
  return metrics.flatMap((metric) => {
    const drafts = others.map((other) => draftOf(control, other, metric));
    const measured = drafts.some(({ effect }) => effect.launches.control + effect.launches.treatment > 0);
    if (!measured && !always.includes(metric)) return [];
    const tested = drafts.flatMap(({ welch }) => welch ?? []);
    const adjusted = holm(tested.map(({ p }) => p));
    const alike = tested.map((one) => equivalenceOf(one, margin));
    const alikeAdjusted = holm(alike.map(({ p }) => p));
    return drafts.map(({ effect, welch }) => {
      if (welch === null) return effect;
      const place = tested.indexOf(welch);
      const equivalence = { ...alike[place]!, pAdjusted: alikeAdjusted[place]! };
      return concluded(effect, welch, adjusted[place]!, tested.length, equivalence);
    });
  });
}

/** A difference of mean logarithms with its error. */
type Welch = Omit<FamilyMember, "group" | "loading">;

interface Draft {
  effect: AcrossEffect;
  welch: Welch | null;
}

function measuredOf(role: Measured["role"], side: Side, { metric, stat, purpose }: ComparedMetric): Measured {
  const pool = purpose === "accuracy" ? side.accuracy : side.performance;
  return { role, side, pool, found: pooledValues(pool, metric, stat) };
}

function draftOf(control: Side, other: Side, metric: ComparedMetric): Draft {
  const [below, above] = [measuredOf("the control", control, metric), measuredOf("the treatment", other, metric)];
  const [controlValue, treatmentValue] = [levelOf(below.found.values), levelOf(above.found.values)];
  const single = [below, above].find(({ found }) => found.values.length < 2);
  const oneLaunch =
    single === undefined ? null : `${single.role} has one launch only, and no interval rests on a single launch`;
  const isZero = areZero(below, above);
  const refused = isZero
    ? refusal(below, above, metric)
    : (nothingToCompare(below, above) ?? refusal(below, above, metric));
  const isRepeated = refused === null && single === undefined;
  const welch =
    isRepeated && !isZero ? welchOf(above.found.values.map(Math.log), below.found.values.map(Math.log)) : null;
  const effect: AcrossEffect = {
    metric: metric.metric,
    stat: metric.stat,
    unit: above.found.unit || below.found.unit,
    control: control.name,
    treatment: other.name,
    controlValue,
    treatmentValue,
    launches: { control: below.found.values.length, treatment: above.found.values.length },
    of: { control: below.pool.of, treatment: above.pool.of },
    ratio: refused === null && !isZero ? treatmentValue! / controlValue! : null,
    ...noTest,
    finding: null,
    isZeroThroughout: isZero && isRepeated,
    why: refused ?? oneLaunch ?? (isZero ? "both sides measured zero in every launch" : null),
  };
  return { effect, welch };
}

interface Measured {
  side: Side;
  /** What sentences call it, as the columns of a table do. */
  role: "the control" | "the treatment";
  pool: Pool;
  found: PooledValues;
}

function areZero(...sides: readonly Measured[]): boolean {
  return sides.every(({ found: { values } }) => values.length > 0 && values.every((value) => value === 0));
}

function nothingToCompare(below: Measured, above: Measured): string | null {
  for (const { role, pool, found } of [below, above]) {
    if (found.values.length === 0) {
      const why = found.missing[0]?.why ?? pool.excluded[0]?.why ?? "it was not measured";
      return `${role} has no usable value: ${why}`;
    }
    if (found.values.some((value) => !(value > 0))) return `${role} has a value that is not positive: no ratio`;
  }
  const [shared] = sharedTrials(below.pool, above.pool);
  return shared === undefined ? null : `both sides have the same trial: ${shared.spec.trialId}`;
}

const keyOf = ({ study, spec, startedAt }: Trial): string => `${study} ${spec.trialId} ${startedAt}`;

/** Trials of the second pool that are in the first as well, copies of a folder too. */
export function sharedTrials(left: Pool, right: Pool): Trial[] {
  const known = new Set(left.trials.map(keyOf));
  return right.trials.filter((trial) => known.has(keyOf(trial)));
}

/** Why figures that are there may not be concluded from; null where they may. */
function refusal(below: Measured, above: Measured, metric: ComparedMetric): string | null {
  const unlike = unlikeness(below.pool.trials, above.pool.trials);
  const reasons = unlike.filter(({ weight }) => weight === "refuses").map(({ what }) => `${what} is not the same`);
  const [ours, theirs] = [below.found.limits, above.found.limits];
  if (ours !== null && theirs !== null && ours !== theirs)
    reasons.push(`its limits are not the same: ${ours} and ${theirs}`);
  if (unlike.some(({ weight }) => weight === "engine")) {
    for (const { role, side, pool, found } of [below, above]) {
      const launches = found.values.length;
      const seeds = loadSeeds(pool, metric);
      if (Math.min(launches, seeds) < launchesAcrossEngines)
        reasons.push(
          `engines take ${launchesAcrossEngines} launches a side with different load seeds, ${role} has ${countText(launches, "launch", "launches")} with ${countText(seeds, "seed")}`,
        );
      else if (side.attached)
        reasons.push(
          `${role} ran already, and its ${countText(launches, "launch", "launches")} may be one start of the engine`,
        );
    }
  }
  return reasons.length === 0 ? null : `no conclusion: ${reasons.join("; ")}`;
}

/** Different load seeds among the launches that have the figure; a launch counts with its first trial. */
function loadSeeds(pool: Pool, { metric, stat }: ComparedMetric): number {
  const first = new Map<string, { position: number; seed: number }>();
  for (const { spec, launchId, measurements } of pool.trials) {
    if (!measurements.some((row) => row.metric === metric && row.stat === stat && row.value !== null)) continue;
    const launch = launchId ?? spec.trialId;
    const known = first.get(launch);
    if (known === undefined || spec.position < known.position)
      first.set(launch, { position: spec.position, seed: spec.seeds.load });
  }
  return new Set([...first.values()].map(({ seed }) => seed)).size;
}

/** Two values at least on each side. Without any spread the degrees of freedom are those of equal variances. */
function welchOf(treatment: readonly number[], control: readonly number[]): Welch {
  const means = [treatment, control].map((values) => {
    return { variance: variance(values)! / values.length, degreesOfFreedom: values.length - 1 };
  });
  const difference = mean(treatment)! - mean(control)!;
  const estimate = Math.abs(difference) < 1e-12 ? 0 : difference; // that is rounding
  const sum = sumOfVariances(means, treatment.length + control.length - 2);
  const { degreesOfFreedom } = sum;
  const standardError = Math.sqrt(sum.variance);
  return { estimate, standardError, degreesOfFreedom, p: twoSidedP(estimate, standardError, degreesOfFreedom) };
}

/** For this side alone. */
function equivalenceOf({ estimate, standardError, degreesOfFreedom }: Welch, margin: number) {
  const { p, lower, upper } = equivalenceTest(
    estimate,
    standardError,
    degreesOfFreedom,
    Math.log1p(margin),
    significanceLevel,
  );
  return { margin, p, interval: { lower: Math.exp(lower), upper: Math.exp(upper) } };
}

function concluded(
  effect: AcrossEffect,
  { estimate, standardError, degreesOfFreedom, p }: Welch,
  pAdjusted: number,
  sides: number,
  alike: ReturnType<typeof equivalenceOf> & { pAdjusted: number },
): AcrossEffect {
  const criticalT = studentTQuantile(1 - significanceLevel / (2 * sides), degreesOfFreedom);
  const noncentrality = detectableNoncentrality(criticalT, degreesOfFreedom, powerWanted);
  const equivalent = alike.pAdjusted <= significanceLevel;
  return {
    ...effect,
    interval: ratioInterval(estimate, standardError, degreesOfFreedom, significanceLevel),
    p,
    pAdjusted,
    correction: `Holm over ${countText(sides, "comparison")}`,
    smallestDetectable: Math.expm1(noncentrality * standardError),
    equivalence: { ...alike, equivalent },
    degreesOfFreedom,
    finding: equivalent
      ? "equivalent"
      : pAdjusted > significanceLevel
        ? "not told apart"
        : estimate > 0
          ? "higher"
          : "lower",
  };
}
