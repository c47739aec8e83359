import type { Decision, Effect } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import { accuracyOf, type BoundAccuracy } from "./accuracy.ts";
import { judgeAccuracy } from "./accuracy-gates.ts";
import { collateral, type Collateral } from "./collateral.ts";
import { confoundsOf } from "./confounds.ts";
import { conditional } from "./conditional.ts";
import { effects } from "./effects.ts";
import { judge } from "./outcome.ts";
import { pooledValues, type Pool } from "./pool.ts";
import { poolsOf } from "./pools.ts";
import { primaryMetricOf, type PrimaryMetric } from "./primary-metric.ts";
import { sentenceOf } from "./sentence.ts";
import {
  cellsOf,
  experimentsByName,
  isBaseline,
  rulesOf,
  type Cell,
  type ComparedExperiment,
  type ComparedStudy,
} from "./study.ts";

/** What each change did to the figure that decides about it, corrected over all changes of the study. */
export function primaryEffects(study: ComparedStudy, trials: readonly Trial[]): Effect[] {
  return effects(study, trials, [(cell) => primaryMetricOf(study, cell, trials)]);
}

/**
 * What to do with each change: by its own effect (a step's against the step before) on the figure that its workload is about,
 * its accuracy against the baseline's, and what confounds it. Each with the sentence that a reviewer wants.
 * @param found `primaryEffects`, where they are known already
 */
export function decisions(
  study: ComparedStudy,
  trials: readonly Trial[],
  found: readonly Effect[] = primaryEffects(study, trials),
): Decision[] {
  const context = contextOf(study, trials, found);
  const decided = study.experiments.map((experiment): Decision => {
    const { name } = experiment.labels;
    const nothing = { experiment: name, missing: [], metric: null, metricWhy: null, alsoMoves: [], accuracyTrials: [] };
    if (experiment.skip !== null) return { ...nothing, outcome: "SKIPPED", because: experiment.skip };
    if (isBaseline(study, name)) {
      return { ...nothing, outcome: "BASELINE", because: "the others are measured against it" };
    }
    return decide(context, experiment);
  });
  return conditional(study, decided);
}

/** What all changes of a study are judged by. */
interface Context {
  study: ComparedStudy;
  poolOf: (name: string) => Pool;
  accuracyOf: (name: string) => BoundAccuracy;
  baselineOf: ReadonlyMap<string, string>;
  primaryOf: ReadonlyMap<string, PrimaryMetric>;
  effectOf: (treatment: string, control: string) => Effect | null;
  collateral: readonly Collateral[];
  all: readonly Trial[];
}

function keyOf(treatment: string, control: string): string {
  return JSON.stringify([treatment, control]);
}

function contextOf(study: ComparedStudy, trials: readonly Trial[], effectsFound: readonly Effect[]): Context {
  const byName = experimentsByName(study);
  const pools = poolsOf(study, trials);
  const poolOf = (name: string): Pool => pools(name, "performance");
  const found = new Map(effectsFound.map((effect) => [keyOf(effect.treatment, effect.control), effect]));
  const cells = cellsOf(study.contrasts);
  const ofTreatments = <Value>(value: (cell: Cell) => Value): Map<string, Value> =>
    new Map(
      cells.flatMap((cell) => {
        const own = value(cell);
        return cell.contrasts.map(({ treatment }): [string, Value] => [treatment, own]);
      }),
    );
  const accuracies = new Map<string, BoundAccuracy>();
  return {
    study,
    poolOf,
    accuracyOf(name) {
      const known = accuracies.get(name) ?? accuracyOf(study, trials, byName.get(name)!, poolOf(name));
      accuracies.set(name, known);
      return known;
    },
    baselineOf: ofTreatments(({ baseline }) => baseline),
    primaryOf: ofTreatments((cell) => primaryMetricOf(study, cell, trials)),
    effectOf: (treatment, control) => found.get(keyOf(treatment, control)) ?? null,
    collateral: collateral(study, trials),
    all: trials.filter(({ spec }) => spec.fidelity === study.fidelity),
  };
}

function decide(context: Context, experiment: ComparedExperiment): Decision {
  const { study } = context;
  const { name } = experiment.labels;
  const contrast = study.contrasts.find(({ treatment }) => treatment === name)!;
  const baseline = context.baselineOf.get(name)!;
  const [treatment, control] = [context.poolOf(name), context.poolOf(contrast.control)];
  const primary = context.primaryOf.get(name)!;
  const effect = context.effectOf(name, contrast.control);
  const [changeAccuracy, baselineAccuracy] = [context.accuracyOf(name), context.accuracyOf(baseline)];
  const { gates, smallestEffectOfInterest } = rulesOf(study);
  const paired = study.pairedAccuracy?.find((one) => one.treatment === name && one.control === baseline) ?? null;
  const accuracy = judgeAccuracy(gates, changeAccuracy, baselineAccuracy, paired);
  const moved = context.collateral.find((one) => one.treatment === name && one.control === contrast.control);
  const confounds = confoundsOf(study, {
    treatment,
    control,
    accuracy: { change: changeAccuracy.trials, baseline: baselineAccuracy.trials },
    collateral: moved,
    effect,
    changed: Object.keys(contrast.changed),
    all: context.all,
  });
  const missing = [...missingOf(treatment, ""), ...missingOf(control, `${contrast.control}: `)];
  const collapsed = hasCollapsed(treatment, control, primary);
  const judged = judge({ effect, primary, collapsed, accuracy, confounds, missing, smallestEffectOfInterest });
  const sum = contrast.control === baseline ? null : context.effectOf(name, baseline);
  return {
    experiment: name,
    outcome: judged.outcome,
    because: sentenceOf({
      judged,
      moved: moved?.moved.map(({ path }) => path) ?? [],
      effect,
      primary,
      accuracy,
      sum,
      treatment,
      control,
      fidelity: study.fidelity,
    }),
    missing: judged.missing,
    metric: `${primary.metric} ${primary.stat}`,
    metricWhy: primary.why,
    alsoMoves: moved?.moved.map(({ path }) => path) ?? [],
    accuracyTrials: changeAccuracy.trials.map(({ spec }) => spec.trialId),
  };
}

function hasCollapsed(treatment: Pool, control: Pool, { metric, stat, better }: PrimaryMetric): boolean {
  const [above, below] = [treatment, control].map((pool) => pooledValues(pool, metric, stat).values);
  return better === "higher" && above!.every((value) => value === 0) && below!.every((value) => value > 0);
}

/** Why a side cannot be compared at all. */
function missingOf(pool: Pool, whose: string): string[] {
  if (pool.of === 0) return [`${whose}no performance trial yet`];
  if (pool.trials.length > 0) return [];
  const why = [...new Set(pool.excluded.map((one) => one.why))].toSorted().join(", ");
  return [`${whose}no usable performance trial (${why})`];
}
