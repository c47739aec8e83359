import { lastAttempts } from "../schema/attempts.ts";
import { heldRate, peakOf, type PeakFound } from "../schema/peak-found.ts";
import type { StudyRecord } from "../schema/study-record.ts";
import type { Trial } from "../schema/trial.ts";

/** Every search of a study, from its probes: the rates in the order of trying, and the highest that held. Empty of a study that searched none. */
export function peaksFound({ peak, fidelity }: StudyRecord, trials: readonly Trial[]): PeakFound[] {
  if (peak === undefined || peak === null) return [];
  const probes = lastAttempts(trials, ({ spec }) => spec).filter(
    ({ spec }) => spec.purpose === "probe" && spec.fidelity === fidelity,
  );
  const rows = Map.groupBy(probes, ({ labels }) => JSON.stringify([labels.row, labels.workload]));
  return [...rows.values()].map((own) => {
    const tries = own.map((trial) => ({
      rate: Number(trial.knobs["load.rate"]),
      held: heldRate(trial, peak.share),
      failed: trial.verdict.status === "FAILED",
      withinSlo: valueOf(trial, "goodput_share"),
      why: trial.verdict.reason,
      tookS: trial.phases.find(({ id }) => id === "load")?.tookS ?? null,
      savedS: valueOf(trial, "schedule_saved"),
    }));
    const { row, workload } = own[0]!.labels;
    return { row, workload, share: peak.share, tries, peak: peakOf(tries.filter(({ failed }) => !failed)) };
  });
}

function valueOf({ measurements }: Trial, wanted: string): number | null {
  return measurements.find(({ metric, stat }) => metric === wanted && stat === "value")?.value ?? null;
}
