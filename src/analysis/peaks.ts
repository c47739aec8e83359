import { configurationName } from "../schema/experiment.ts";
import { canonicalJson, type Json } from "../schema/json.ts";
import {
  isGivenUp,
  judgedRates,
  peakOf,
  probeOutcome,
  probesOf,
  rateBounds,
  spoiledText,
  type PeakFound,
} from "../schema/peak-found.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";
import { valueOf } from "./gpus.ts";

/**
 * Every search of a study as it is now, from its probes: the rates in the order of trying, and the highest that held. Probes of a
 * configuration that the study no longer has, or of a workload as it was before a change, are left out. Empty of a study that
 * searched none.
 */
export function peaksFound(study: StudyRecord, trials: readonly Trial[]): PeakFound[] {
  const { peak, experiments } = study;
  if (peak === undefined || peak === null) return [];
  const present = new Set(experiments.map(placeOf));
  const probes = probesOf(study, trials).filter((probe) => present.has(placeOf(probe)));
  const searches = [...Map.groupBy(probes, searchOf).values()];
  return [...Map.groupBy(searches, ([first]) => settingsOf(first!)).values()].map(latestOf).map((own) => {
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

/** Which row it is of, under which workload. */
function placeOf({ labels, configurationId }: Pick<Trial, "labels" | "configurationId">): string {
  return JSON.stringify([labels.row, labels.workload, configurationId]);
}

function settingsOf(trial: Trial): string {
  const { "load.rate": _rate, ...others } = trial.knobs;
  return canonicalJson([placeOf(trial), others]);
}

/** What the probes of one search have in common: all but the rate. */
function searchOf(trial: Trial): string {
  const { load, ...workload } = trial.identity.workload as { load?: { [setting: string]: Json } };
  const { rate: _rate, ...others } = load ?? {};
  return canonicalJson([settingsOf(trial), workload, others]);
}

/** Of several searches the one that began a probe last. */
function latestOf(searches: readonly Trial[][]): Trial[] {
  const last = searches.map((own) =>
    own
      .map(({ startedAt }) => startedAt)
      .toSorted()
      .at(-1)!,
  );
  return searches[last.indexOf(last.toSorted().at(-1)!)]!;
}
