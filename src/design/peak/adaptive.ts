import type { Experiment } from "../../schema/experiment.ts";
import { accuracyKey, trialId } from "../../schema/ids.ts";
import { heldRate, peakOf, type RateOutcome } from "../../schema/peak-found.ts";
import type { Study } from "../../schema/study.ts";
import type { Trial } from "../../schema/trial.ts";
import type { Purpose, TrialSpec } from "../../schema/trial-spec.ts";
import { experimentAtRate, workloadWith } from "../expand.ts";
import { nextRate } from "./rates.ts";
import { accuracyFollowsPeak } from "./searched.ts";
import { dataSeedOf, seedsOf } from "../seeds.ts";

/** What to do next: one trial, and the experiment that it belongs to. */
export interface NextTrial {
  spec: TrialSpec;
  experiment: Experiment;
}

/** Rates that were tried on a row, in the order of trying. A trial that failed tells nothing of a rate. */
export function outcomesOf(study: Study, searched: Experiment, past: readonly Trial[]): RateOutcome[] {
  return past
    .filter((trial) => isOf(study, searched, trial))
    .filter(({ spec, verdict }) => spec.purpose === "probe" && verdict.status !== "FAILED")
    .map((trial) => ({ rate: Number(trial.knobs["load.rate"]), held: heldRate(trial, study.peak?.share ?? 1) }));
}

/** What a search may look at. */
export interface SearchPast {
  /** Trials that count; those that are to be retried are left out. */
  trials: readonly Trial[];
  /** Every trial that is there: a retry is another attempt. */
  all: readonly Trial[];
}

/**
 * The next trial of one row's search: a probe at the next rate; where the peak is known and is not to be sustained, the
 * accuracy trial that follows it, in the same launch. Null where the row is done (`atPeaks` has what sustains it), where no
 * rate held, or where the last probe FAILED: what stops an engine stops the search too, until it is retried. The answer
 * follows from what was measured alone, so that a study that was stopped continues where it was.
 */
export function nextTrial(study: Study, searched: Experiment, past: SearchPast, position: number): NextTrial | null {
  const { peak } = study;
  if (peak === null || hasFailed(study, searched, past.trials)) return null;
  const outcomes = outcomesOf(study, searched, past.trials);
  const rate = nextRate(peak, outcomes);
  if (rate !== null) return trialAt(study, searched, { rate, purpose: "probe" }, past, position);
  const best = peakOf(outcomes);
  if (best === null || peak.sustain || !lacksAccuracy(study, experimentAtRate(searched, best), past.trials))
    return null;
  return trialAt(study, searched, { rate: best, purpose: "accuracy" }, past, position);
}

/** A row at its peak; null until that is known. */
export function experimentAtPeak(study: Study, searched: Experiment, trials: readonly Trial[]): Experiment | null {
  if (study.peak === null || hasFailed(study, searched, trials)) return null;
  const outcomes = outcomesOf(study, searched, trials);
  const best = nextRate(study.peak, outcomes) === null ? peakOf(outcomes) : null;
  return best === null ? null : experimentAtRate(searched, best);
}

function hasFailed(study: Study, searched: Experiment, trials: readonly Trial[]): boolean {
  return trials.some(
    (trial) => trial.spec.purpose === "probe" && trial.verdict.status === "FAILED" && isOf(study, searched, trial),
  );
}

/** True where accuracy follows the peak and no trial, of this row or another, has measured that of the configuration. */
function lacksAccuracy(study: Study, { identity, knobs }: Experiment, trials: readonly Trial[]): boolean {
  if (study.accuracy === null || !accuracyFollowsPeak(study)) return false;
  const key = accuracyKey(identity.configuration, workloadWith(study.accuracy, knobs));
  return !trials.some(
    ({ spec, accuracyKey: measured }) =>
      spec.purpose === "accuracy" && spec.fidelity === study.fidelity && measured === key,
  );
}

/** True of a trial of this row under this workload, at any rate, of the study's fidelity. */
function isOf(study: Study, { labels }: Experiment, trial: Trial): boolean {
  const { row, workload } = trial.labels;
  return row === labels.row && workload === labels.workload && trial.spec.fidelity === study.fidelity;
}

function trialAt(
  study: Study,
  searched: Experiment,
  { rate, purpose }: { rate: number; purpose: Purpose },
  past: SearchPast,
  position: number,
): NextTrial {
  const experiment = experimentAtRate(searched, rate);
  const before = past.all.filter(({ spec }) => spec.experimentId === experiment.id && spec.purpose === purpose);
  const replicate = 1;
  const dataset = dataSeedOf(
    study,
    past.all.map(({ startedAt, spec }) => ({ startedAt, seeds: spec.seeds })),
  );
  const attempt = before.reduce((last, { spec }) => Math.max(last, spec.attempt), 0) + 1;
  const parts = { experimentId: experiment.id, purpose, fidelity: study.fidelity, replicate, attempt };
  return {
    experiment,
    spec: {
      ...parts,
      trialId: trialId(parts),
      experiment: experiment.labels.name,
      block: replicate,
      position,
      // The probes of a search share one launch.
      launchKey: `peak-${searched.labels.name}`,
      seeds: { ...seedsOf(study, replicate, experiment.labels.workload), dataset },
    },
  };
}
