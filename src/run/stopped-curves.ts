import { endedByStop, withoutEnded } from "../design/index.ts";
import type { Expansion } from "../schema/experiment.ts";
import { trialIdParts } from "../schema/ids.ts";
import type { Plan } from "../schema/plan.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { TrialSpec } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";

/** The curves that a stop rule has ended while a study runs. */
export interface StoppedCurves {
  /** The expansion without the points that are ended: what is still to be planned. */
  rest(): Expansion;
  /** False of a trial whose curve has ended before it. */
  runs: (spec: TrialSpec) => boolean;
  /** Is told of each trial that has just ended: a sentence for each curve that it ended. */
  learn(trial: Trial): string[];
  /** Experiments that were ended before they were measured at all: they are SKIPPED. */
  skipped(): string[];
  /** The record with the reason at each of them, and without the trials that will not run. */
  recorded(record: StudyRecord): StudyRecord;
}

/** @param past trials that stand */
export function stoppedCurves(
  { study, expansion }: Pick<Plan, "study"> & { expansion: Expansion },
  past: readonly Trial[],
): StoppedCurves {
  const { experiments } = expansion;
  const trials = [...past];
  const ruled = new Set(experiments.flatMap(({ id, workload }) => (workload.stop === undefined ? [] : [id])));
  let ended = endedByStop(study, experiments, trials);

  const isMeasured = (id: string): boolean =>
    trials.some(
      ({ spec }) => spec.experimentId === id && spec.purpose === "performance" && spec.fidelity === study.fidelity,
    );
  const skipped = (): string[] => [...ended.keys()].filter((id) => !isMeasured(id));
  const willRun = ({ experimentId, purpose }: { experimentId: string; purpose: string }): boolean =>
    purpose !== "performance" || !ended.has(experimentId);

  return {
    rest: () => withoutEnded(expansion, ended),
    runs: willRun,
    learn(trial) {
      if (!ruled.has(trial.spec.experimentId)) return [];
      trials.push(trial);
      const before = ended;
      ended = endedByStop(study, experiments, trials);
      const fresh = experiments.filter(({ id }) => ended.has(id) && !before.has(id));
      return [...Map.groupBy(fresh, ({ id }) => ended.get(id)!)].map(
        ([why, own]) => `${own.map(({ labels }) => labels.name).join(", ")}: not run, since ${why}`,
      );
    },
    skipped,
    recorded(record) {
      if (ended.size === 0) return record;
      const none = new Set(skipped());
      const done = new Set(trials.map(({ spec }) => spec.trialId));
      return {
        ...record,
        plannedTrials: record.plannedTrials.filter(({ trialId }) => {
          const parts = trialIdParts(trialId);
          return parts === null || willRun(parts) || done.has(trialId);
        }),
        experiments: record.experiments.map((experiment) =>
          none.has(experiment.id) ? { ...experiment, skip: ended.get(experiment.id)! } : experiment,
        ),
      };
    },
  };
}
