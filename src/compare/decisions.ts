import type { Decision, Effect } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import { accuracyOf, type BoundAccuracy } from "./accuracy.ts";
import { judgeAccuracy } from "./accuracy-gates.ts";
import { collateral } from "./collateral.ts";
import { confoundsOf } from "./confounds.ts";
import { conditional } from "./conditional.ts";
import { effects, poolsOf } from "./effects.ts";
import { judge } from "./outcome.ts";
import type { Pool } from "./pool.ts";
import { primaryMetricOf, primaryMetrics, type PrimaryMetric } from "./primary-metric.ts";
import { sentenceOf } from "./sentence.ts";
import {
  cellsOf,
  experimentsByName,
  isBaseline,
  rulesOf,
  type ComparedExperiment,
  type ComparedStudy,
} from "./study.ts";

/**
 * What to do with each change: by its own effect (a step's against the step before) on the figure that its workload is about,
 * its accuracy against the baseline's, and what confounds it. Each with the sentence that a reviewer wants.
 * @param found effects of `primaryMetrics`, where they are known already
 */
export function decisions(
  study: ComparedStudy,
  trials: readonly Trial[],
  found: readonly Effect[] = effects(study, trials, primaryMetrics),
): Decision[] {
  const context = contextOf(study, trials, found);
  const decided = study.experiments.map((experiment): Decision => {
    const { name } = experiment.labels;
    const nothing = { experiment: name, missing: [], metric: null, accuracyTrials: [] };
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
  effectOf: (treatment: string, control: string, primary: PrimaryMetric) => Effect | null;
  collateral: ReturnType<typeof collateral>;
}

function keyOf(treatment: string, control: string, metric: string): string {
  return JSON.stringify([treatment, control, metric]);
}

function contextOf(study: ComparedStudy, trials: readonly Trial[], effectsFound: readonly Effect[]): Context {
  const byName = experimentsByName(study);
  const pools = poolsOf(study, trials);
  const poolOf = (name: string): Pool => pools(name, "performance");
  const found = new Map<string, Effect>();
  for (const effect of effectsFound) {
    found.set(keyOf(effect.treatment, effect.control, effect.metric), effect);
  }
  const accuracies = new Map<string, BoundAccuracy>();
  return {
    study,
    poolOf,
    accuracyOf(name) {
      const known = accuracies.get(name) ?? accuracyOf(study, trials, byName.get(name)!, poolOf(name));
      accuracies.set(name, known);
      return known;
    },
    baselineOf: new Map(
      cellsOf(study.contrasts).flatMap(({ baseline, contrasts }) =>
        contrasts.map(({ treatment }): [string, string] => [treatment, baseline]),
      ),
    ),
    effectOf: (treatment, control, { metric }) => found.get(keyOf(treatment, control, metric)) ?? null,
    collateral: study.knobPaths === undefined ? [] : collateral(study, trials),
  };
}

function decide(context: Context, experiment: ComparedExperiment): Decision {
  const { study } = context;
  const { name } = experiment.labels;
  const contrast = study.contrasts.find(({ treatment }) => treatment === name)!;
  const baseline = context.baselineOf.get(name)!;
  const [treatment, control] = [context.poolOf(name), context.poolOf(contrast.control)];
  const primary = primaryMetricOf(treatment, control);
  const effect = primary && context.effectOf(name, contrast.control, primary);
  const [changeAccuracy, baselineAccuracy] = [context.accuracyOf(name), context.accuracyOf(baseline)];
  const { gates, smallestEffectOfInterest } = rulesOf(study);
  const paired = study.pairedAccuracy?.find((one) => one.treatment === name && one.control === baseline) ?? null;
  const accuracy = judgeAccuracy(gates, changeAccuracy, baselineAccuracy, paired);
  const confounds = confoundsOf(study, {
    treatment,
    control,
    accuracy: { change: changeAccuracy.trials, baseline: baselineAccuracy.trials },
    collateral: context.collateral.find((one) => one.treatment === name && one.control === contrast.control),
    effect,
  });
  const missing = [...missingOf(treatment, ""), ...missingOf(control, `${contrast.control}: `)];
  const judged = judge({ effect, primary, accuracy, confounds, missing, smallestEffectOfInterest });
  const sum = primary && contrast.control !== baseline ? context.effectOf(name, baseline, primary) : null;
  return {
    experiment: name,
    outcome: judged.outcome,
    because: sentenceOf({ judged, effect, primary, accuracy, sum, treatment, control, fidelity: study.fidelity }),
    missing: judged.missing,
    metric: primary === null ? null : `${primary.metric} ${primary.stat}`,
    accuracyTrials: changeAccuracy.trials.map(({ spec }) => spec.trialId),
  };
}

/** Why a side cannot be compared at all. */
function missingOf(pool: Pool, whose: string): string[] {
  if (pool.of === 0) return [`${whose}no performance trial yet`];
  if (pool.trials.length > 0) return [];
  const why = [...new Set(pool.excluded.map((one) => one.why))].toSorted().join(", ");
  return [`${whose}no usable performance trial (${why})`];
}
