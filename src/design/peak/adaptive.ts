import type { Experiment } from "../../schema/experiment.ts";
import { accuracyKey, trialId } from "../../schema/ids.ts";
import { isGivenUp, judgedRates, peakOf, probeOutcome, type RateOutcome } from "../../schema/peak-found.ts";
import type { Study } from "../../schema/study.ts";
import type { Trial } from "../../schema/trial.ts";
import type { Purpose, TrialSpec } from "../../schema/trial-spec.ts";
import { experimentAtRate } from "../expand.ts";
import { workloadWith } from "../workload-with.ts";
import { nextRate } from "./rates.ts";
import { accuracyFollowsPeak } from "./searched.ts";
import { dataSeedOf, seedsOf } from "../seeds.ts";

/** What to do next: one trial, and the experiment that it belongs to. */
export interface NextTrial {
  spec: TrialSpec;
  experiment: Experiment;
}

/** Rates that were tried on a row and judged, in the order of trying. A trial that FAILED, or that the client spoiled, says nothing of a rate. */
export function outcomesOf(study: Study, searched: Experiment, past: readonly Trial[]): RateOutcome[] {
  return judgedRates(
    probesOf(study, searched, past).map((trial) => ({
      rate: Number(trial.knobs["load.rate"]),
      outcome: probeOutcome(trial, study.peak?.share ?? 1),
    })),
  );
}

/** The last probe of a search that ends undecided, since the client or the machine spoiled all of that rate; null of another search. */
export function undecidedAt(study: Study, searched: Experiment, past: SearchPast): Trial | null {
  if (study.peak === null || hasFailed(study, searched, past.trials)) return null;
  const rate = nextRate(study.peak, outcomesOf(study, searched, past.trials));
  if (rate === null) return null;
  const spoiled = (trials: readonly Trial[]): Trial[] =>
    probesOf(study, searched, trials).filter(
      (trial) => trial.knobs["load.rate"] === rate && probeOutcome(trial, 1) === "spoiled",
    );
  return isGivenUp(spoiled(past.all).length) ? (spoiled(past.trials).at(-1) ?? null) : null;
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
 * follows from what was measured alone, so that a study that was stopped continues where it was. A rate whose probe the client
 * or the machine spoiled is tried again; where that happens twice the search ends undecided (`undecidedAt`).
 */
export function nextTrial(study: Study, searched: Experiment, past: SearchPast, position: number): NextTrial | null {
  const { peak } = study;
  if (peak === null || hasFailed(study, searched, past.trials)) return null;
  const outcomes = outcomesOf(study, searched, past.trials);
  const rate = nextRate(peak, outcomes);
  if (undecidedAt(study, searched, past) !== null) return null;
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
  return probesOf(study, searched, trials).some(({ verdict }) => verdict.status === "FAILED");
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

/** The probes of this search, of the study's fidelity. */
function probesOf(study: Study, searched: Experiment, trials: readonly Trial[]): Trial[] {
  return trials.filter(
    (trial) => trial.spec.purpose === "probe" && trial.spec.fidelity === study.fidelity && isOfSearch(searched, trial),
  );
}

/** True of a trial of what is searched, at any rate: of another system, or at another point of an axis, it is another experiment. */
export function isOfSearch(searched: Experiment, { spec, configurationId, knobs }: Trial): boolean {
  const rate = knobs["load.rate"];
  if (configurationId !== searched.configurationId || typeof rate !== "number") return false;
  return experimentAtRate(searched, rate).id === spec.experimentId;
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
