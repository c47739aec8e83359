import type { Decision, Effect, GuardrailStanding } from "../schema/effect.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import { accuracyOf, type BoundAccuracy } from "./accuracy.ts";
import { judgeAccuracy } from "./accuracy-gates.ts";
import { unaskedAccuracy } from "./asked-accuracy.ts";
import { caveatsOf } from "./caveats.ts";
import { collateral, type Collateral } from "./collateral.ts";
import { confoundsOf } from "./confounds.ts";
import { conditional } from "./conditional.ts";
import { effects } from "./effects.ts";
import { guardrailStandings } from "./guardrails.ts";
import { withLostTrials, robust } from "./lost-trials.ts";
import { blocksNeeded, judge, type Judged } from "./outcome.ts";
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
  const made = decided(study, trials, found);
  const whole = withLostTrials(study, trials);
  if (whole === null) return conditional(study, made);
  const ofWhole = primaryEffects(study, whole);
  const beside = decided(study, whole, ofWhole);
  const sizeOf = poolSizes(study, trials);
  const sizeOfWhole = poolSizes(study, whole);
  return conditional(
    study,
    made.map((decision, index) => {
      const control = study.contrasts.find(({ treatment }) => treatment === decision.experiment)?.control;
      if (control === undefined) return decision;
      const sides = [decision.experiment, control];
      const lost = sides.reduce((sum, name) => sum + sizeOfWhole(name) - sizeOf(name), 0);
      const effect = ofWhole.find((one) => one.treatment === decision.experiment && one.control === control) ?? null;
      return robust(decision, { lost, decision: beside[index]!, effect });
    }),
  );
}

function poolSizes(study: ComparedStudy, trials: readonly Trial[]): (name: string) => number {
  const pools = poolsOf(study, trials);
  return (name) => pools(name, "performance").trials.length;
}

function decided(study: ComparedStudy, trials: readonly Trial[], found: readonly Effect[]): Decision[] {
  const context = contextOf(study, trials, found);
  return study.experiments.map((experiment): Decision => {
    const { name } = experiment.labels;
    const nothing = { ...undecided, experiment: name };
    if (experiment.skip !== null) return { ...nothing, outcome: "SKIPPED", because: experiment.skip };
    if (isBaseline(study, name)) {
      return { ...nothing, outcome: "BASELINE", because: "the others are measured against it" };
    }
    return decide(context, experiment);
  });
}

/** What a row that nobody judges has in the places of a judgement. */
const undecided = {
  missing: [],
  metric: null,
  metricWhy: null,
  alsoMoves: [],
  guardrails: [],
  caveats: [],
  moreBlocks: false,
  accuracyTrials: [],
};

/** What all changes of a study are judged by. */
interface Context {
  study: ComparedStudy;
  poolOf: (name: string) => Pool;
  accuracyOf: (name: string) => BoundAccuracy;
  baselineOf: ReadonlyMap<string, string>;
  primaryOf: ReadonlyMap<string, PrimaryMetric>;
  effectOf: (treatment: string, control: string) => Effect | null;
  collateral: readonly Collateral[];
  guardrailsOf: (treatment: string, control: string) => GuardrailStanding[];
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
    guardrailsOf: guardrailStandings(study, trials),
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
  const changed = Object.keys(contrast.changed);
  const accuracy =
    unaskedAccuracy(study, context.all, changed) ?? judgeAccuracy(gates, changeAccuracy, baselineAccuracy, paired);
  const moved = context.collateral.find((one) => one.treatment === name && one.control === contrast.control);
  const confounds = confoundsOf(study, {
    treatment,
    control,
    accuracy: { change: changeAccuracy.trials, baseline: baselineAccuracy.trials },
    collateral: moved,
    effect,
    changed,
  });
  const missing = [...missingOf(treatment, ""), ...missingOf(control, `${contrast.control}: `)];
  const collapsed = hasCollapsed(treatment, control, primary);
  const guardrails = context.guardrailsOf(name, contrast.control);
  const caveats = caveatsOf(effect, treatment, control);
  const judged = settling(
    study,
    effect,
    judge({
      effect,
      primary,
      collapsed,
      accuracy,
      accuracyTrials: changeAccuracy.trials.length,
      confounds,
      refused: refusedIn(context.all, experiment.id),
      missing,
      guardrails,
      smallestEffectOfInterest,
    }),
  );
  const sum = contrast.control === baseline ? null : context.effectOf(name, baseline);
  return {
    experiment: name,
    outcome: judged.outcome,
    because: sentenceOf({
      judged,
      guardrails,
      caveats,
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
    guardrails,
    caveats,
    moreBlocks: judged.moreBlocks,
    accuracyTrials: changeAccuracy.trials.map(({ spec }) => spec.trialId),
  };
}

function hasCollapsed(treatment: Pool, control: Pool, { metric, stat, better }: PrimaryMetric): boolean {
  const [above, below] = [treatment, control].map((pool) => pooledValues(pool, metric, stat).values);
  return better === "higher" && above!.every((value) => value === 0) && below!.every((value) => value > 0);
}

/** Nobody runs more of them to settle one change. */
const mostBlocks = 100;

/** Of a HOLD that further blocks can settle the command that adds them. */
function settling({ matrix }: ComparedStudy, effect: Effect | null, judged: Judged): Judged {
  if (!judged.moreBlocks || matrix === undefined) return judged;
  const blocks = blocksNeeded(effect) ?? 2 * (effect?.blocks ?? 1);
  if (blocks > mostBlocks) return judged;
  return { ...judged, missing: [...judged.missing, `further blocks: ceteris run ${matrix} --repeats ${blocks}`] };
}

/** Why an engine refuses what an experiment sets, by the failure of any of its launches; null where it runs. */
function refusedIn(trials: readonly Trial[], experimentId: string): string | null {
  const own = trials.filter(({ spec }) => spec.experimentId === experimentId);
  if (own.some(isUsable)) return null;
  const failure = own.find(({ verdict }) => verdict.failure?.refused === true)?.verdict.failure;
  return failure ? `the engine refuses this configuration (${failure.class}: ${failure.message})` : null;
}

/** Why a side cannot be compared at all. */
function missingOf(pool: Pool, whose: string): string[] {
  if (pool.of === 0) return [`${whose}no performance trial yet`];
  if (pool.trials.length > 0) return [];
  const why = [...new Set(pool.excluded.map((one) => one.why))].toSorted().join(", ");
  return [`${whose}no usable performance trial (${why})`];
}
