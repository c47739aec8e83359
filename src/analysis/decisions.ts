import type { Collateral, Decision, Effect, GuardrailStanding, HoldReason } from "../schema/effect.ts";
import { onceEach } from "../schema/once-each.ts";
import { runWords } from "../schema/run-words.ts";
import { shellLine } from "../schema/shell-line.ts";
import { trialsOf, isUsable, type Trial } from "../schema/trial.ts";
import { accuracyOf, type BoundAccuracy } from "./accuracy.ts";
import { judgeAccuracy } from "./accuracy-gates.ts";
import { unaskedAccuracy } from "./asked-accuracy.ts";
import { caveatsOf } from "./caveats.ts";
import { collateral } from "./collateral.ts";
import { confoundsOf } from "./confounds.ts";
import { conditional } from "./conditional.ts";
import { effects } from "./effects.ts";
import { guardrailStandings } from "./guardrails.ts";
import {
  failedTrials,
  heldByFailures,
  sensitivityChecked,
  withFirstAttempts,
  withLostTrials,
  withRetriesTold,
} from "./lost-trials.ts";
import { judge, type Case, type Judged } from "./outcome.ts";
import { pooledValues, type Pool } from "./pool.ts";
import { poolsOf, type PoolOf } from "./pools.ts";
import { primaryMetricOf, type PrimaryMetric } from "./primary-metric.ts";
import { sentenceOf, type Facts } from "./sentence.ts";
import {
  cellsOf,
  contrastKey,
  experimentsByName,
  isBaseline,
  rulesOf,
  type Cell,
  type ComparedExperiment,
  type ComparedStudy,
} from "./study.ts";

/** What each change did to the figure that decides about it, corrected over all changes of the study. */
export function primaryEffects(study: ComparedStudy, trials: readonly Trial[], poolOf?: PoolOf): Effect[] {
  return effects(study, trials, [(cell) => primaryMetricOf(study, cell, trials)], poolOf);
}

/**
 * What to do with each change: by its own effect (a step's against the step before) on the figure that its workload is about,
 * its accuracy against the baseline's, and what confounds it. Each with the sentence that a reviewer wants.
 * @param known `primaryEffects` and `collateral`, where they are there already
 */
export function decisions(study: ComparedStudy, trials: readonly Trial[], known: Known = {}): Decision[] {
  const context = contextOf(study, trials, known);
  const lost = judgedOn(study, withLostTrials(study, trials));
  const first = judgedOn(study, withFirstAttempts(study, trials));
  const checked = decided(context).map((decision, index) => {
    const contrast = study.contrasts.find(({ treatment }) => treatment === decision.experiment);
    if (contrast === undefined) return decision;
    const { treatment, control } = contrast;
    /** Trials of both sides that count there and not here. */
    const moreIn = ({ poolOf }: Context): number => {
      const of = (from: Context["poolOf"]): Trial[] => [treatment, control].flatMap((name) => from(name).trials);
      const ours = new Set(of(context.poolOf).map(({ spec }) => spec.trialId));
      return of(poolOf).filter(({ spec }) => !ours.has(spec.trialId)).length;
    };
    const told = first === null ? decision : withRetriesTold(decision, moreIn(first.context), first.decisions[index]!);
    if (lost === null) return told;
    const effect = lost.context.effectOf(treatment, control);
    return sensitivityChecked(told, { lost: moreIn(lost.context), decision: lost.decisions[index]!, effect });
  });
  return conditional(study, checked);
}

/** The decisions by other trials than those that count; null where there are none. */
function judgedOn(
  study: ComparedStudy,
  trials: readonly Trial[] | null,
): { context: Context; decisions: Decision[] } | null {
  if (trials === null) return null;
  const context = contextOf(study, trials);
  return { context, decisions: decided(context) };
}

function decided(context: Context): Decision[] {
  const { study } = context;
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

/** What a row that is not judged has in the places of a judgement. */
const undecided = {
  missing: [],
  metric: null,
  metricWhy: null,
  guardrails: [],
  caveats: [],
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
  /** Contrasts that were tested, by their family: what is corrected over. */
  comparedIn: ReadonlyMap<string, number>;
  experimentOf: (name: string) => ComparedExperiment;
  collateral: readonly Collateral[];
  guardrailsOf: (treatment: string, control: string) => GuardrailStanding[];
  hasAccuracyTrials: boolean;
  /** At the study's fidelity. */
  trials: readonly Trial[];
}

interface Known {
  primary?: readonly Effect[];
  moved?: readonly Collateral[];
}

function contextOf(study: ComparedStudy, trials: readonly Trial[], known: Known = {}): Context {
  const byName = experimentsByName(study);
  const pools = poolsOf(study, trials);
  const poolOf = (name: string): Pool => pools(name, "performance");
  const primary = known.primary ?? primaryEffects(study, trials, pools);
  const found = new Map(primary.map((effect) => [contrastKey(effect.treatment, effect.control), effect]));
  const cells = cellsOf(study.contrasts);
  const ofTreatments = <Value>(value: (cell: Cell) => Value): Map<string, Value> =>
    new Map(
      cells.flatMap((cell) => {
        const own = value(cell);
        return cell.contrasts.map(({ treatment }): [string, Value] => [treatment, own]);
      }),
    );
  const ours = trials.filter(({ spec }) => spec.fidelity === study.fidelity);
  return {
    study,
    poolOf,
    accuracyOf: onceEach((name) => accuracyOf(study, trials, byName.get(name)!, poolOf(name))),
    baselineOf: ofTreatments(({ baseline }) => baseline),
    primaryOf: ofTreatments((cell) => primaryMetricOf(study, cell, trials)),
    comparedIn: new Map(
      [
        ...Map.groupBy(
          primary.filter(({ p }) => p !== null),
          ({ family }) => family,
        ),
      ].map(([family, own]) => [family, own.length]),
    ),
    experimentOf: (name) => byName.get(name)!,
    effectOf: (treatment, control) => found.get(contrastKey(treatment, control)) ?? null,
    collateral: known.moved ?? collateral(study, trials, pools),
    guardrailsOf: guardrailStandings(study, trials, pools),
    hasAccuracyTrials: ours.some(({ spec }) => spec.purpose === "accuracy"),
    trials: ours,
  };
}

function decide(context: Context, experiment: ComparedExperiment): Decision {
  const { study } = context;
  const { name } = experiment.labels;
  const contrast = study.contrasts.find(({ treatment }) => treatment === name)!;
  const baseline = context.baselineOf.get(name)!;
  const controlled = context.experimentOf(contrast.control);
  const [treatment, control] = [context.poolOf(name), context.poolOf(contrast.control)];
  const primary = context.primaryOf.get(name)!;
  const effect = context.effectOf(name, contrast.control);
  const [changeAccuracy, baselineAccuracy] = [context.accuracyOf(name), context.accuracyOf(baseline)];
  const { gates, smallestEffectOfInterest } = rulesOf(study);
  const paired = study.pairedAccuracy?.find((one) => one.treatment === name && one.control === baseline) ?? null;
  const changed = Object.keys(contrast.changed);
  const accuracy =
    unaskedAccuracy(study, context.hasAccuracyTrials, changed) ??
    judgeAccuracy(gates, changeAccuracy, baselineAccuracy, paired);
  const moved = context.collateral.find((one) => one.treatment === name && one.control === contrast.control);
  const confounds = confoundsOf(study, {
    treatment,
    control,
    accuracy: { change: changeAccuracy.trials, baseline: baselineAccuracy.trials },
    collateral: moved,
    effect,
    changed,
  });
  const guardrails = context.guardrailsOf(name, contrast.control);
  const caveats = caveatsOf(study, effect, treatment, control);
  const one: Case & Facts = {
    effect,
    primary,
    collapsed: hasCollapsed(treatment, control, primary),
    accuracy,
    accuracyTrials: changeAccuracy.trials.length,
    confounds,
    refused: refusedIn(trialsOf(context.trials, experiment.id)),
    missing: [...missingOf(treatment, experiment, ""), ...missingOf(control, controlled, `${contrast.control}: `)],
    compared: effect === null ? 0 : (context.comparedIn.get(effect.family) ?? 0),
    guardrails,
    smallestEffectOfInterest,
    caveats,
    moved: moved?.moved.map(({ path }) => path) ?? [],
    sum: contrast.control === baseline ? null : context.effectOf(name, baseline),
    treatment,
    control,
    fidelity: study.fidelity,
  };
  const standing = heldByFailures(
    judge(one),
    failedTrials(study, trialsOf(context.trials, experiment.id), treatment.of),
  );
  const judged = withCommand(study, standing, effect === null ? 0 : Math.max(0, treatment.of - effect.blocks));
  return {
    experiment: name,
    outcome: judged.outcome,
    because: sentenceOf(judged, one),
    missing: judged.missing,
    metric: `${primary.metric} ${primary.stat}`,
    metricWhy: primary.why,
    guardrails,
    caveats,
    accuracyTrials: changeAccuracy.trials.map(({ spec }) => spec.trialId),
    ...(judged.outcome === "REJECT" && accuracy.status === "fail" && accuracy.gate !== undefined
      ? { failedGate: accuracy.gate }
      : {}),
  };
}

function hasCollapsed(treatment: Pool, control: Pool, { metric, stat, better }: PrimaryMetric): boolean {
  const [above, below] = [treatment, control].map((pool) => pooledValues(pool, metric, stat).values);
  return better === "higher" && above!.every((value) => value === 0) && below!.every((value) => value > 0);
}

/** With the command that adds the blocks which can settle a HOLD. `lost` have run and gave nothing: \`--repeats\` counts them. */
function withCommand(study: ComparedStudy, judged: Judged, lost: number): Judged {
  const needed = judged.missing.find(({ kind }) => kind === "not settled")?.blocks ?? null;
  const blocks = needed === null ? null : needed + lost;
  const { matrix } = study;
  if (blocks === null || matrix === undefined) return judged;
  const run = [...runWords({ ...study, matrix }), "--repeats", String(blocks)];
  const without = lost === 0 ? "" : `, with ${lost} that ran and cannot be used`;
  const text = `${blocks} blocks in all${without}: ${shellLine(run)}`;
  return { ...judged, missing: [...judged.missing, { kind: "command", text }] };
}

/** Why an engine refuses what an experiment sets, by the failure of any of its launches; null where it runs. */
function refusedIn(own: readonly Trial[]): string | null {
  if (own.some(isUsable)) return null;
  const failure = own.find(({ verdict }) => verdict.failure?.refused === true)?.verdict.failure;
  return failure ? `the engine refuses this configuration (${failure.class}: ${failure.message})` : null;
}

/** Why a side cannot be compared at all. */
function missingOf(pool: Pool, { skip }: ComparedExperiment, whose: string): HoldReason[] {
  if (skip !== null && pool.trials.length === 0) return [{ kind: "skipped", text: `${whose}SKIPPED, since ${skip}` }];
  if (pool.of === 0) return [{ kind: "not run", text: `${whose}no performance trial yet` }];
  if (pool.trials.length > 0) return [];
  // Trials that broke one check differ in its figures: the first stands for all of them.
  const alike = Map.groupBy(pool.excluded, ({ why: one }) => one.split(": ").slice(0, 2).join(": "));
  const why = [...alike.values()]
    .map(([first, ...more]) => `${first!.why}${more.length === 0 ? "" : `; the same of ${more.length} more`}`)
    .toSorted()
    .join(", ");
  return [{ kind: "unusable", text: `${whose}no usable performance trial (${why})` }];
}
