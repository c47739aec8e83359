import { lastAttempts } from "../schema/trial-spec.ts";
import { configurationName } from "../schema/experiment.ts";
import {
  isGivenUp,
  judgedRates,
  peakOf,
  probeOutcome,
  rateBounds,
  spoiledText,
  type PeakFound,
} from "../schema/peak-found.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { valueOf } from "./gpus.ts";

/** Every search of a study, from its probes: the rates in the order of trying, and the highest that held. Empty of a study that searched none. */
export function peaksFound({ peak, fidelity }: StudyRecord, trials: readonly Trial[]): PeakFound[] {
  if (peak === undefined || peak === null) return [];
  const probes = lastAttempts(trials, ({ spec }) => spec).filter(
    ({ spec }) => spec.purpose === "probe" && spec.fidelity === fidelity,
  );
  return [...Map.groupBy(probes, searchOf).values()].map((own) => {
    const tries = own.map((trial) => ({
      rate: Number(trial.knobs["load.rate"]),
      outcome: probeOutcome(trial, peak.share),
      withinSlo: valueOf(trial, "goodput_share", "value"),
      why: trial.verdict.reason,
      tookS: trial.phases.find(({ id }) => id === "load")?.tookS ?? null,
      savedS: valueOf(trial, "schedule_saved", "value"),
    }));
    const outcomes = judgedRates(tries);
    const { held, broke } = rateBounds(outcomes);
    // Without evidence at a rate between the two the search could not go on; one that the matrix no longer asks for is no matter.
    const spoiled = own.find(({ spec }, place) => {
      const { rate, outcome } = tries[place]!;
      if (outcome !== "spoiled" || rate < (held ?? 0) || rate > Math.min(broke ?? Infinity, peak.to ?? Infinity))
        return false;
      const attempts = trials.filter((other) => isSameTry(other.spec, spec) && probeOutcome(other, 1) === "spoiled");
      return isGivenUp(attempts.length);
    });
    const { labels } = own[0]!;
    return {
      row: configurationName(labels),
      workload: labels.workload,
      share: peak.share,
      tries,
      peak: spoiled === undefined ? peakOf(outcomes) : null,
      undecided:
        spoiled === undefined
          ? null
          : { rate: Number(spoiled.knobs["load.rate"]), atLeast: held, why: spoiledText(spoiled) },
    };
  });
}

function isSameTry(left: Trial["spec"], right: Trial["spec"]): boolean {
  return (["experimentId", "purpose", "fidelity"] as const).every((member) => left[member] === right[member]);
}

/** What the probes of one search have in common. */
function searchOf({ labels, configurationId, knobs }: Trial): string {
  const { "load.rate": _rate, ...others } = knobs;
  return JSON.stringify([labels.row, labels.workload, configurationId, others]);
}
