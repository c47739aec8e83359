import { levelOf } from "../math/level.ts";
import { lastAttempts, type Purpose } from "../schema/trial-spec.ts";
import type { Statistic } from "../schema/measurement.ts";
import { limitsOf } from "../schema/limits-rule.ts";
import { firstReason, isUsable, type Trial } from "../schema/trial.ts";
import { excludedBy } from "./exclusions.ts";
import { rowOf } from "./gpus.ts";
import { rulesOf, type ComparedStudy } from "./study.ts";
import { countText } from "../math/figures.ts";

/** The trials of one experiment and purpose that may be put together, and why the others may not. */
export interface Pool {
  /** VALID or SCREENED. */
  trials: Trial[];
  excluded: { trialId: string; why: string }[];
  /** Replicates that were tried. */
  of: number;
}

/** All of these trials. */
export function wholePool(trials: readonly Trial[]): Pool {
  return { trials: [...trials], excluded: [], of: trials.length };
}

/**
 * Trials of one experiment on its own, as `ceteris compare` takes it: of the usable ones those that were asked for the same
 * number of requests and found the same thing (engine build, configuration, model, data, GPU). Of several such groups the
 * largest is taken, of equal ones that with more requests, then the later.
 */
export function poolOf(
  study: Pick<ComparedStudy, "fidelity" | "rules">,
  trials: readonly Trial[],
  experimentId: string,
  purpose: Purpose,
): Pool {
  const pool = usableTrials(study, trials, experimentId, purpose);
  const asked = restricted(pool, byCount, largestOf(pool.trials, byCount));
  return restricted(asked, byFinding, largestOf(asked.trials, byFinding));
}

/** VALID and SCREENED trials that no rule excludes, of each replicate the last such attempt; and why the others are none. */
export function usableTrials(
  study: Pick<ComparedStudy, "fidelity" | "rules">,
  trials: readonly Trial[],
  experimentId: string,
  purpose: Purpose,
): Pool {
  const { exclusions } = rulesOf(study);
  const own = trials.filter(
    ({ spec }) => spec.experimentId === experimentId && spec.purpose === purpose && spec.fidelity === study.fidelity,
  );
  const last = new Set(lastAttempts(own.filter(isUsable), ({ spec }) => spec));
  const excluded: Pool["excluded"] = [];
  const usable: Trial[] = [];
  for (const trial of own) {
    if (!isUsable(trial)) {
      excluded.push({
        trialId: trial.spec.trialId,
        why: `${trial.verdict.status}: ${firstReason(trial.verdict.reason)}`,
      });
    } else if (!last.has(trial)) {
      excluded.push({ trialId: trial.spec.trialId, why: "a later attempt took its place" });
    } else {
      const rule = excludedBy(exclusions, trial);
      if (rule === null) usable.push(trial);
      else excluded.push({ trialId: trial.spec.trialId, why: rule });
    }
  }
  return { trials: usable, excluded, of: new Set(own.map(({ spec }) => spec.replicate)).size };
}

/** Something that trials which are put together have in common. */
export interface Grouping {
  keyOf: (trial: Trial) => string;
  /** Why a trial is not among the others. */
  whyNot: (trial: Trial, pooled: readonly Trial[]) => string;
}

export const byCount: Grouping = {
  keyOf: (trial) => String(askedRequests(trial)),
  whyNot: (trial, pooled) =>
    `it asked for ${askedRequests(trial)} requests, and the ${countText(pooled.length, "pooled trial")} for ${askedRequests(pooled[0]!)}`,
};

const byFinding: Grouping = {
  keyOf: ({ origin, resolvedId }) => `${origin} ${resolvedId}`,
  whyNot: (_, { length }) =>
    `it ran with another engine build, configuration, model, data set or GPU than the ${countText(length, "pooled trial")}`,
};

/** Those of one group; the others are excluded with the reason. */
export function restricted(pool: Pool, { keyOf, whyNot }: Grouping, key: string | null): Pool {
  if (key === null) return pool;
  const chosen = pool.trials.filter((trial) => keyOf(trial) === key);
  const others = pool.trials.filter((trial) => keyOf(trial) !== key);
  const excluded = others.map((trial) => ({ trialId: trial.spec.trialId, why: whyNot(trial, chosen) }));
  return { ...pool, trials: chosen, excluded: [...pool.excluded, ...excluded] };
}

/** The group with the most trials, of equal ones that with more requests, then the later; null of no trials. */
export function largestOf(trials: readonly Trial[], { keyOf }: Grouping): string | null {
  const groups = [...Map.groupBy(trials, keyOf)].toSorted(
    ([, left], [, right]) =>
      right.length - left.length ||
      (askedRequests(right[0]!) ?? 0) - (askedRequests(left[0]!) ?? 0) ||
      (lastStart(left) < lastStart(right) ? 1 : -1),
  );
  return groups[0]?.[0] ?? null;
}

/**
 * The requests that a trial was asked for, as its workload declares them. Trials that were stored before they said so were
 * all ended by their number of requests: those that finished, failed or were cut off. Null where nothing tells.
 */
export function askedRequests({ asked, sizing, identity, measurements }: Trial): number | null {
  if (asked !== undefined) return asked.requests;
  // The length of a ruleset's run followed the engine's speed, and a turn that fails ends its conversation.
  const hasConversations = /"kind":"(conversations|sharegpt)"/.test(JSON.stringify(identity.workload));
  if (sizing !== undefined || hasConversations) return null;
  const failed = measurements.find(({ metric }) => metric === "requests_failed");
  if (failed === undefined) return null;
  const cutOff = measurements.find(({ metric }) => metric === "requests_cancelled")?.value ?? 0;
  return failed.n + cutOff;
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
  /** The limits that the values were counted by: those of the trial that began last. Null where none notes any. */
  limits: string | null;
  missing: { trialId: string; why: string }[];
}

export function pooledValues(pool: Pool, metric: string, stat: Statistic): PooledValues {
  const byLaunch = new Map<string, { values: number[]; block: number; position: number }>();
  const missing: PooledValues["missing"] = [];
  let unit = "";
  const rows = pool.trials.map((trial) => {
    const found = rowOf(trial, metric, stat);
    return { trial, found, own: found === undefined ? null : limitsOf(found) };
  });
  const noted = rows.filter(({ own }) => own !== null);
  const limits =
    noted.toSorted((one, other) => (one.trial.startedAt < other.trial.startedAt ? -1 : 1)).at(-1)?.own ?? null;
  for (const { trial, found, own } of rows) {
    const { spec, launchId } = trial;
    unit ||= found?.unit ?? "";
    if (own !== null && own !== limits) {
      missing.push({ trialId: spec.trialId, why: `its ${metric} is of other limits: ${own}` });
    } else if (found?.value === undefined || found.value === null) {
      missing.push({ trialId: spec.trialId, why: `no ${metric} ${stat}: ${found?.why ?? "it was not measured"}` });
    } else {
      const { block, position } = spec;
      const launch = byLaunch.getOrInsert(launchId ?? spec.trialId, { values: [], block, position });
      launch.values.push(found.value);
      if (position < launch.position) Object.assign(launch, { block, position });
    }
  }
  const launches = [...byLaunch.values()].map(({ values, block, position }) => ({
    value: levelOf(values)!,
    block,
    position,
  }));
  return { launches, values: launches.map(({ value }) => value), unit, limits, missing };
}
