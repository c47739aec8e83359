import { bySize } from "../../math/statistics.ts";
import { boundsText, changeText } from "../../math/figures.ts";
import type { Analysis, StudyFinding } from "../../schema/analysis.ts";
import { isDoubtful, type Decision, type Effect, type RatioBounds } from "../../schema/effect.ts";
import { figureWords } from "../../schema/figure-words.ts";
import type { MetricDefinition } from "../../schema/measurement.ts";
import { sqlText } from "../../schema/sql-text.ts";
import { usableStatuses } from "../../schema/trial.ts";
import type { Pool } from "../pool.ts";
import { poolsOf } from "../pools.ts";
import { significanceLevel } from "../rules.ts";
import { rulesOf, type ComparedStudy } from "../study.ts";

/** What the rules look at: all that an analysis says, and what its study is judged by. */
export interface FindingInput extends Omit<Analysis, "study" | "findings" | "summaries" | "best" | "peaks"> {
  study: ComparedStudy & { name: string };
  metrics: readonly MetricDefinition[];
}

/** What one rule says: its sentence, and what shows it. */
export type Said = Omit<StudyFinding, "rule">;

/** One kind of finding: those that the study shows, the largest first; empty where it shows none. A figure whose interval contains no change is none. */
export type StudyFindingRule = (context: FindingContext) => Said[];

/** A change with its effect on the figure that decides about it. */
export interface OwnEffect extends Effect {
  decision: Decision;
  /** `output throughput value`, in words. */
  words: string;
  ratio: number;
  interval: RatioBounds;
  isBetter: boolean;
}

export interface FindingContext extends FindingInput {
  poolOf: (experiment: string) => Pool;
  /** Of the changes that were judged, in the study's order; those without an interval and those in doubt (confounded, or other with the trials that checks excluded) are left out. */
  own: OwnEffect[];
  /** Of the same changes, those that are significant but have no interval, since a launch measured zero. */
  besideZero: Effect[];
  /** True of a ratio beyond the smallest effect of interest. */
  matters: (ratio: number) => boolean;
  /** Whether more of a metric is better; null where neither is. */
  moreIsBetter: (metric: string) => boolean | null;
  /** True of a time of which less is better. */
  isLatency: (metric: string) => boolean;
  /** What is said of a figure of these experiments, shown by its value in each of the performance trials that it comes from. */
  said: (says: string, experiments: readonly string[], figure: Figure) => Said;
  /** Ids of the performance trials that the figures of these experiments come from. */
  trialsOf: (experiments: readonly string[]) => string[];
}

/** Which figure: a metric and its statistic. */
type Figure = Pick<Effect, "metric" | "stat">;

export function findingContext(input: FindingInput): FindingContext {
  const { study, trials, effects, decisions, metrics } = input;
  const pools = poolsOf(study, trials);
  const poolOf = (experiment: string): Pool => pools(experiment, "performance");
  const margin = Math.log1p(rulesOf(study).smallestEffectOfInterest);
  const definitions = new Map(metrics.map((one) => [one.id, one]));
  const moreIsBetter = (metric: string): boolean | null => {
    const way = definitions.get(metric)?.better ?? "neither";
    return way === "neither" ? null : way === "higher";
  };
  const judged = decisions.flatMap((decision): { decision: Decision; effect: Effect }[] => {
    const control = study.contrasts.find(({ treatment }) => treatment === decision.experiment)?.control;
    const effect = effects.find(
      (one) =>
        one.treatment === decision.experiment &&
        one.control === control &&
        `${one.metric} ${one.stat}` === decision.metric,
    );
    return effect === undefined || isDoubtful(decision) ? [] : [{ decision, effect }];
  });
  const own = judged.flatMap(({ decision, effect }): OwnEffect[] => {
    if (effect.ratio === null || effect.interval === null) return [];
    const { metric, stat, ratio, interval } = effect;
    const isBetter = ratio > 1 === (moreIsBetter(metric) ?? true);
    return [{ ...effect, ratio, interval, isBetter, decision, words: figureWords(`${metric} ${stat}`) }];
  });
  const besideZero = judged.flatMap(({ effect }) =>
    effect.scale === "raw" && effect.pAdjusted !== null && effect.pAdjusted < significanceLevel ? effect : [],
  );
  const trialsOf = (experiments: readonly string[]): string[] =>
    [...new Set(experiments)].flatMap((one) => poolOf(one).trials.map(({ spec }) => spec.trialId));
  return {
    ...input,
    poolOf,
    own,
    besideZero,
    matters: (ratio) => Math.abs(Math.log(ratio)) > margin,
    moreIsBetter,
    isLatency: (metric) => moreIsBetter(metric) === false && definitions.get(metric)?.unit === "ms",
    said: (says, experiments, figure) => ({
      says,
      trials: trialsOf(experiments),
      query: valuesQuery(study, experiments, figure),
    }),
    trialsOf,
  };
}

/** True of an effect whose corrected p lies below 0.05 and whose interval does not contain 1. */
export function isShown({ pAdjusted, interval }: Pick<Effect, "pAdjusted" | "interval">): boolean {
  return pAdjusted !== null && pAdjusted < significanceLevel && interval !== null && excludesNothing(interval);
}

/** True of an interval of a ratio that does not contain 1. */
export function excludesNothing({ lower, upper }: RatioBounds): boolean {
  return lower > 1 || upper < 1;
}

/** `+34.5 % (+33.1 to +35.9)`; above +300 % `×4.8 (×4.6 to ×5.0)`. */
export function changeWithBounds(ratio: number, interval: RatioBounds): string {
  return `${changeText(ratio)} (${boundsText(interval)})`;
}

/** The larger change first, whichever its direction. */
export function largestFirst<Item extends { ratio: number }>(items: readonly Item[]): Item[] {
  return bySize(items, ({ ratio }) => ratio);
}

/** A query about a figure in the performance trials that count, of these experiments at the study's fidelity. */
export function figureQuery(
  { name, fidelity }: Pick<FindingInput["study"], "name" | "fidelity">,
  experiments: readonly string[],
  { metric, stat }: Figure,
  { select, end }: { select: string; end: string },
): string {
  return [
    `SELECT ${select}`,
    "FROM trials JOIN measurements USING (study, experiment, trial_id)",
    `WHERE study = ${sqlText(name)} AND experiment IN (${[...new Set(experiments)].map(sqlText).join(", ")})`,
    `  AND purpose = 'performance' AND fidelity = ${sqlText(fidelity)} AND status IN (${usableStatuses.map(sqlText).join(", ")})`,
    `  AND metric = ${sqlText(metric)} AND stat = ${sqlText(stat)}`,
    end,
  ].join("\n");
}

/** A query for the value of a figure in each of these trials, experiment by experiment or host by host. */
export function valuesQuery(
  study: Pick<FindingInput["study"], "name" | "fidelity">,
  experiments: readonly string[],
  figure: Figure,
  by: "experiment" | "host" = "experiment",
): string {
  const asked = { select: `${by}, block, value, unit`, end: `ORDER BY ${by}, block, position` };
  return figureQuery(study, experiments, figure, asked);
}
