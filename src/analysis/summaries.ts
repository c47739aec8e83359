import { levelOf } from "../math/level.ts";
import type { Effect } from "../schema/effect.ts";
import type { Contrast } from "../schema/experiment.ts";
import { trialsOf, clientNotJudged, statuses, type Trial, type Status } from "../schema/trial.ts";
import type { ExperimentSummary, Figure } from "../schema/analysis.ts";
import { accuracyOf } from "./accuracy.ts";
import { gpusOfExperiment } from "./gpus.ts";
import { headlineMetrics, type ComparedMetric } from "../schema/headline-figures.ts";
import { pooledValues, wholePool, type Pool } from "./pool.ts";
import { poolsOf } from "./pools.ts";
import { type ComparedExperiment, type ComparedStudy, isAskedAbout, isBaseline } from "./study.ts";

/** A row for each experiment, in the matrix's order, from the same pools as its effects. */
export function summaries(study: ComparedStudy, trials: readonly Trial[], all: readonly Effect[]): ExperimentSummary[] {
  const pools = poolsOf(study, trials);
  return study.experiments.map((experiment) => {
    const { name, label } = experiment.labels;
    const own = trialsOf(trials, experiment.id).filter(isAskedAbout(study));
    const pool = pools(name, "performance");
    const invalid = wholePool(own.filter(({ verdict }) => verdict.status === "INVALID"));
    const figuresAreUsable = pool.trials.length > 0 || invalid.trials.length === 0;
    const accuracy = accuracyOf(study, trials, experiment, pool);
    const bound = wholePool(accuracy.trials);
    const contrast = study.contrasts.find(({ treatment }) => treatment === name);
    return {
      experiment: name,
      label,
      baseline: isBaseline(study, name),
      changed: contrast?.changed ?? {},
      against: contrast?.control ?? null,
      compound: contrast?.compound ?? null,
      gpus: gpusOfExperiment(experiment, trials),
      status: statusOf(experiment, pool, own),
      usable: pool.trials.length,
      of: pool.of,
      clientUnjudged: pool.trials.some(({ verdict }) => clientNotJudged(verdict)),
      figuresAreUsable,
      figures: headlineMetrics.map((metric) =>
        figureOf(metric, metric.purpose === "accuracy" ? bound : figuresAreUsable ? pool : invalid),
      ),
      excluded: pool.excluded,
      accuracyTrials: accuracy.trials.map(({ spec }) => spec.trialId),
      toBaseline: all.filter((one) => one.treatment === name && isToBaseline(study, one)),
      toStep: all.filter((one) => one.treatment === name && one.family === "step"),
    };
  });
}

/** A stacked row's second contrast; of a first step, which has but one, that one. */
function isToBaseline(study: ComparedStudy, { control, family }: { control: string; family: string }): boolean {
  return (family as Contrast["family"]) !== "step" || isBaseline(study, control);
}

function figureOf({ metric, stat }: ComparedMetric, pool: Pool): Figure {
  const { values, unit, missing } = pooledValues(pool, metric, stat);
  const value = levelOf(values);
  return { metric, stat, unit, value, why: value === null ? (missing[0]?.why ?? null) : null, n: values.length };
}

/** VALID where all that is pooled is; else the first of the statuses that an experiment without a usable trial has. */
function statusOf({ skip }: ComparedExperiment, pool: Pool, own: readonly Trial[]): Status | null {
  if (skip !== null) return "SKIPPED";
  const found = new Set((pool.trials.length > 0 ? pool.trials : own).map(({ verdict }) => verdict.status));
  if (pool.trials.length > 0) return found.has("SCREENED") ? "SCREENED" : "VALID";
  return statuses.find((status) => found.has(status)) ?? null;
}
