import {
  accuracyFollowsPeak,
  experimentAtRate,
  lastAttempts,
  nextTrial,
  outcomesOf,
  peakOf,
  searchedExperiments,
} from "../design/index.ts";
import type { Expansion, Experiment } from "../schema/experiment.ts";
import { trialId } from "../schema/ids.ts";
import type { Plan } from "../schema/plan.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";

/** The search for each row's peak while a study runs: which trial comes next follows from those that are done. */
export interface Search {
  /** Experiments whose peak is searched, in the matrix's order. */
  searched: Experiment[];
  /** Those of them that are not done. */
  open(): Experiment[];
  /** The next trial of each row, and the one of accuracy that will follow its peak: what a session must be able to run. */
  ahead(): TrialSpec[];
  /** Trials of earlier runs that stand: they count in the summary. */
  standing(): Trial[];
  /** Lives of the engine that are still needed, one at a time; the trials of each follow from each other. */
  launches(): Generator<Iterable<TrialSpec>, void>;
  /** Why accuracy that follows a peak is not measured, a sentence for each row that is done and found none. */
  withoutPeak(): string[];
  /** Tells a trial that has just ended. */
  learn(trial: Trial): void;
  /** The record with each row at the highest rate that held, where it is known. */
  recorded(record: StudyRecord): StudyRecord;
}

/**
 * `past`: every trial of the study so far. `retry`: statuses of earlier trials that are to be tried again. `found` hears of
 * each experiment before its trial is handed out.
 */
export function createSearch(
  { study, expansion, trials }: Plan & { expansion: Expansion },
  past: readonly Trial[],
  options: { wanted(name: string): boolean; retry: ReadonlySet<string>; found(experiment: Experiment): void },
): Search {
  const searched = searchedExperiments(study, expansion).filter(({ labels }) => options.wanted(labels.name));
  const all = [...past];
  // A probe that broke has answered: were it asked again, the rates after it would no longer follow from it.
  const stands = ({ spec, verdict }: Trial): boolean =>
    !options.retry.has(verdict.status.toLowerCase()) || (spec.purpose === "probe" && verdict.status !== "FAILED");
  const counted = lastAttempts(past).filter(stands);
  const next = (row: Experiment) => nextTrial(study, row, { trials: counted, all }, trials.length + all.length + 1);

  function* launch(row: Experiment, key: string): Generator<TrialSpec, void> {
    for (let one = next(row); one !== null && one.spec.launchKey === key; one = next(row)) {
      options.found(one.experiment);
      yield one.spec;
    }
  }

  const isOfSearch = ({ labels }: Trial): boolean =>
    searched.some((row) => row.labels.row === labels.row && row.labels.workload === labels.workload);

  const follows = accuracyFollowsPeak(study);
  return {
    searched,
    open: () => searched.filter((row) => next(row) !== null),
    ahead: () =>
      searched.flatMap((row) => {
        const one = next(row);
        if (one === null) return [];
        options.found(one.experiment);
        const accuracy = { ...one.spec, purpose: "accuracy" as const };
        return follows ? [one.spec, { ...accuracy, trialId: trialId(accuracy) }] : [one.spec];
      }),
    standing: () => counted.filter((trial) => (follows || trial.spec.purpose !== "accuracy") && isOfSearch(trial)),
    withoutPeak: () =>
      (follows ? searched : []).flatMap((row) => {
        if (next(row) !== null || peakOf(outcomesOf(study, row, counted)) !== null) return [];
        return `${row.labels.name}: accuracy is not measured, since it follows the peak rate and no rate held`;
      }),
    *launches() {
      for (const row of searched) {
        for (let one = next(row); one !== null; one = next(row)) yield launch(row, one.spec.launchKey);
      }
    },
    learn(trial) {
      all.push(trial);
      counted.push(trial);
    },
    recorded(record) {
      const peaks = new Map<string, Experiment>();
      for (const row of searched) {
        const best =
          nextTrial(study, row, { trials: counted, all }, 0)?.spec.purpose === "probe"
            ? null
            : peakOf(outcomesOf(study, row, counted));
        if (best !== null) peaks.set(row.labels.name, experimentAtRate(row, best));
      }
      return withPeaks(record, peaks);
    },
  };
}

/** Rows whose peak is known stand in the record at that rate, by the name that their trials have. */
function withPeaks(record: StudyRecord, peaks: ReadonlyMap<string, Experiment>): StudyRecord {
  const nameOf = (name: string): string => peaks.get(name)?.labels.name ?? name;
  return {
    ...record,
    baselines: record.baselines.map(nameOf),
    experiments: record.experiments.map((experiment) => {
      const peak = peaks.get(experiment.labels.name);
      if (peak === undefined) return experiment;
      const { workload: _workload, identity: _identity, ...found } = peak;
      return found;
    }),
    contrasts: record.contrasts.map((contrast) => {
      const rate = peaks.get(contrast.treatment)?.knobs["load.rate"];
      return {
        ...contrast,
        treatment: nameOf(contrast.treatment),
        control: nameOf(contrast.control),
        changed: rate === undefined ? contrast.changed : { ...contrast.changed, "load.rate": rate },
      };
    }),
  };
}
