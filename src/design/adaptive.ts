import type { Experiment } from "../schema/experiment.ts";
import { accuracyKey, trialId } from "../schema/ids.ts";
import type { Study } from "../schema/study.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import type { Purpose, TrialSpec } from "../schema/trial-spec.ts";
import { experimentAtRate, workloadWith } from "./expand.ts";
import { repeatsOf } from "./repeats.ts";
import { nextRate, peakOf, type RateOutcome } from "./peak.ts";
import { accuracyFollowsPeak } from "./searched.ts";
import { seedsOf } from "./seeds.ts";

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

/** A rate held where the trial broke no check and enough of its requests met the workload's limits. */
export function heldRate(trial: Trial, share: number): boolean {
  if (!isUsable(trial)) return false;
  const good = trial.measurements.find(({ metric }) => metric === "goodput_share")?.value ?? null;
  // A share has no exact binary form: 906 of 1000 are 0.906.
  return good === null || good >= 100 * share - 1e-9;
}

/** What a search may look at. */
export interface SearchPast {
  /** Trials that count; those that are to be retried are left out. */
  trials: readonly Trial[];
  /** Every trial that is there: a retry is another attempt. */
  all: readonly Trial[];
}

/**
 * The next trial of one row: a probe at the next rate of its search; when the peak is known, a sustained performance trial
 * at it for each repeat, and the accuracy trial where that follows the peak, in the first of their launches. Null where the row is done, where no rate held, or where the last probe FAILED: what stops an
 * engine stops the search too, until it is retried. A function of what was measured alone, so that a study that was
 * stopped goes on where it was.
 */
export function nextTrial(study: Study, searched: Experiment, past: SearchPast, position: number): NextTrial | null {
  const { peak } = study;
  if (peak === null) return null;
  const own = past.trials.filter((trial) => isOf(study, searched, trial));
  if (own.some(({ spec, verdict }) => spec.purpose === "probe" && verdict.status === "FAILED")) return null;
  const outcomes = outcomesOf(study, searched, past.trials);
  const rate = nextRate(peak, outcomes);
  if (rate !== null) return trialAt(study, searched, { rate, purpose: "probe", replicate: 1 }, past, position);
  const best = peakOf(outcomes);
  if (best === null) return null;
  const sustained = own.filter(({ spec, knobs }) => spec.purpose === "performance" && knobs["load.rate"] === best);
  const done = new Set(sustained.map(({ spec }) => spec.replicate));
  const wanted: { purpose: Purpose; replicate: number }[] = Array.from(
    { length: peak.sustain ? repeatsOf(study) : 0 },
    (_, place) => ({ purpose: "performance", replicate: place + 1 }),
  );
  if (lacksAccuracy(study, experimentAtRate(searched, best), past.trials))
    wanted.splice(1, 0, { purpose: "accuracy", replicate: 1 });
  const next = wanted.find(({ purpose, replicate }) => purpose === "accuracy" || !done.has(replicate));
  return next === undefined ? null : trialAt(study, searched, { rate: best, ...next }, past, position);
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
  { rate, purpose, replicate }: { rate: number; purpose: Purpose; replicate: number },
  past: SearchPast,
  position: number,
): NextTrial {
  const experiment = experimentAtRate(searched, rate);
  const before = past.all.filter(
    ({ spec }) => spec.experimentId === experiment.id && spec.purpose === purpose && spec.replicate === replicate,
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
      // The probes of a search share one life of the engine; a sustained trial replicates, and has one of its own.
      launchKey: `peak-${searched.labels.name}${purpose !== "probe" && study.peak?.sustain ? `-${replicate}` : ""}`,
      seeds: seedsOf(study, replicate, experiment.labels.workload),
    },
  };
}
