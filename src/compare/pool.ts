import { mean } from "../math/statistics.ts";
import type { Statistic } from "../schema/measurement.ts";
import type { Purpose } from "../schema/trial-spec.ts";
import type { Trial } from "../schema/trial.ts";
import { isUsable } from "../schema/verdict.ts";
import { excludedBy } from "./exclusions.ts";
import { rulesOf, type ComparedStudy } from "./study.ts";

/** The trials of one experiment and purpose that may be put together, and why the others may not. */
export interface Pool {
  /** VALID or SCREENED, of one origin and one `resolvedId`. */
  trials: Trial[];
  excluded: { trialId: string; why: string }[];
  /** Replicates that were tried. */
  of: number;
}

/**
 * Trials are pooled where they found the same thing (engine build, configuration, model, data, GPU) and come from the same
 * origin; of several such groups the largest is taken, of equal ones the later. A retried trial counts once. The study's
 * exclusion rules are applied as they stand.
 */
export function poolOf(
  study: Pick<ComparedStudy, "fidelity" | "rules">,
  trials: readonly Trial[],
  experimentId: string,
  purpose: Purpose,
): Pool {
  const { exclusions } = rulesOf(study);
  const own = trials.filter(
    ({ spec }) => spec.experimentId === experimentId && spec.purpose === purpose && spec.fidelity === study.fidelity,
  );
  const excluded: Pool["excluded"] = [];
  const usable: Trial[] = [];
  for (const trial of own) {
    if (!isUsable(trial)) {
      excluded.push({ trialId: trial.spec.trialId, why: `${trial.verdict.status}: ${trial.verdict.reason}` });
    } else if (own.some((other) => isUsable(other) && isLaterAttempt(other, trial))) {
      excluded.push({ trialId: trial.spec.trialId, why: "a later attempt took its place" });
    } else {
      const rule = excludedBy(exclusions, trial);
      if (rule === null) usable.push(trial);
      else excluded.push({ trialId: trial.spec.trialId, why: rule });
    }
  }
  const groups = [...Map.groupBy(usable, ({ origin, resolvedId }) => `${origin} ${resolvedId}`).values()];
  const [chosen = [], ...others] = groups.toSorted(
    (left, right) => right.length - left.length || (lastStart(left) < lastStart(right) ? 1 : -1),
  );
  for (const trial of others.flat()) {
    excluded.push({
      trialId: trial.spec.trialId,
      why: `it found another engine build, configuration, model, data or GPU than the ${chosen.length} that are pooled`,
    });
  }
  return { trials: chosen, excluded, of: new Set(own.map(({ spec }) => spec.replicate)).size };
}

function isLaterAttempt(other: Trial, trial: Trial): boolean {
  return other.spec.replicate === trial.spec.replicate && other.spec.attempt > trial.spec.attempt;
}

function lastStart(trials: readonly Trial[]): string {
  return trials.reduce((last, { startedAt }) => (startedAt > last ? startedAt : last), "");
}

/** One launch's value of a metric: trials that share a launch are one value, their level. */
export interface LaunchValue {
  value: number;
  /** Of the launch's first trial. */
  block: number;
  position: number;
}

/** One metric over a pool: independent values, and the trials that lack it. */
export interface PooledValues {
  launches: LaunchValue[];
  values: number[];
  unit: string;
  missing: { trialId: string; why: string }[];
}

export function pooledValues(pool: Pool, metric: string, stat: Statistic): PooledValues {
  const byLaunch = new Map<string, { values: number[]; block: number; position: number }>();
  const missing: PooledValues["missing"] = [];
  let unit = "";
  for (const { spec, launchId, measurements } of pool.trials) {
    const found = measurements.find((row) => row.metric === metric && row.stat === stat);
    unit ||= found?.unit ?? "";
    if (found?.value === undefined || found.value === null) {
      missing.push({ trialId: spec.trialId, why: `no ${metric} ${stat}: ${found?.why ?? "it was not measured"}` });
    } else {
      const { block, position } = spec;
      const launch = byLaunch.get(launchId ?? spec.trialId);
      if (launch === undefined) byLaunch.set(launchId ?? spec.trialId, { values: [found.value], block, position });
      else {
        launch.values.push(found.value);
        if (position < launch.position) Object.assign(launch, { block, position });
      }
    }
  }
  const launches = [...byLaunch.values()].map(({ values, block, position }) => ({
    value: levelOf(values)!,
    block,
    position,
  }));
  return { launches, values: launches.map(({ value }) => value), unit, missing };
}

/** exp of the mean logarithm; null of no values, and where one has no logarithm. */
export function geometricMean(values: readonly number[]): number | null {
  const [first] = values;
  if (first === undefined || !values.every((value) => value > 0)) return null;
  if (values.length === 1) return first;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The level of a figure's values: their geometric mean, or their arithmetic mean where one is zero. Null of no values. */
export function levelOf(values: readonly number[]): number | null {
  return geometricMean(values) ?? mean(values);
}
