import { levelOf } from "../../math/level.ts";
import { derivedFigures, derivedRow } from "../../schema/derived-figures.ts";
import { trialsOf, type Trial } from "../../schema/trial.ts";
import type { ReportSummary } from "../report-input.ts";

/** Trials that the figures of an experiment come from: the usable ones that no rule leaves out. */
export function countedTrials(
  trials: readonly Trial[],
  experimentId: string | undefined,
  { excluded }: Pick<ReportSummary, "excluded">,
): Trial[] {
  const left = new Set(excluded.map(({ trialId }) => trialId));
  return trialsOf(trials, experimentId).filter(({ spec }) => spec.purpose === "performance" && !left.has(spec.trialId));
}

/** A figure of a trial, also one that follows from another of its figures; null where it has none. `gpus`: of its configuration. */
export function trialFigure({ measurements }: Trial, metric: string, stat: string, gpus: number | null): number | null {
  const stored = measurements.find((row) => row.metric === metric && row.stat === stat);
  if (stored !== undefined) return stored.value;
  const figure = derivedFigures.find((one) => one.metric === metric && one.stat === stat);
  return figure === undefined ? null : (derivedRow(figure, measurements, gpus)?.value ?? null);
}

/** A figure of each of these trials that has it. */
export function trialFigures(trials: readonly Trial[], metric: string, stat: string): number[] {
  return trials.flatMap((trial) => trialFigure(trial, metric, stat, null) ?? []);
}

/** Its mean over them; null where none has it. */
export function meanFigure(trials: readonly Trial[], metric: string, stat: string): number | null {
  const values = trialFigures(trials, metric, stat);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The level of a figure over launches, as summaries work it out: trials of one launch are one value. Null where no trial has it. */
export function launchLevel(trials: readonly Trial[], metric: string, stat: string): number | null {
  const launches = Map.groupBy(trials, ({ launchId, spec }) => launchId ?? spec.trialId);
  return levelOf([...launches.values()].flatMap((own) => levelOf(trialFigures(own, metric, stat)) ?? []));
}
