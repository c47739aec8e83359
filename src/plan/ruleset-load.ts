import { runSettings, unstatedRate } from "../math/loadgen/run-settings.ts";
import { generateQueries } from "../math/loadgen/queries.ts";
import type { LoadgenSettings } from "../math/loadgen/settings.ts";
import { certifies, type Fidelity } from "../schema/fidelity.ts";
import type { PlannedSchedule } from "../schema/plan.ts";
import type { Purpose } from "../schema/trial-spec.ts";
import type { Workload } from "../schema/workload.ts";

/** Which trial of a workload, and the rate that was measured where the workload states none. */
export interface RulesetRun {
  fidelity: Fidelity;
  purpose: Purpose;
  /** Queries a second, in Offline samples; null or absent: what the workload says. */
  expectedRate?: number | null;
}

/**
 * The settings of LoadGen that a trial reproduces: null without a ruleset, and of a Server whose rate is still searched
 * for. Where the rate that Offline or a stream is expected to reach is not stated, they ask for the fewest requests.
 */
export function loadgenSettings(
  { ruleset, load, counts }: Workload,
  { fidelity, purpose, expectedRate = null }: RulesetRun,
): LoadgenSettings | null {
  if (ruleset === null) return null;
  const stated = expectedRate ?? load.expected_rate ?? unstatedRate;
  const targetQps = ruleset.scenario === "Server" ? load.rate : stated;
  if (targetQps === undefined) return null;
  return runSettings(ruleset, {
    mode: purpose === "accuracy" ? "accuracy" : "performance",
    targetQps,
    samples: certifies(fidelity) ? null : counts[fidelity].requests,
  });
}

/** True where the number of requests rests on a rate that is not stated. */
export function needsExpectedRate({ ruleset, load }: Workload, { fidelity, purpose }: RulesetRun): boolean {
  if (ruleset === null || ruleset.scenario === "Server" || purpose === "accuracy") return false;
  return certifies(fidelity) && load.expected_rate === undefined;
}

/** Requests of a run: samples of all its queries. In the streams the most that it can be. */
export function loadgenRequests(settings: LoadgenSettings): number {
  return generateQueries(settings).reduce((sum, { samples }) => sum + samples.length, 0);
}

/** The fewest samples that are made where a duration decides how many requests are sent: enough that none repeats soon. */
const SAMPLES_OF_SECONDS = 4096;

/** Samples that a trial takes from its dataset: the whole library of the ruleset where it certifies. */
export function librarySize(workload: Workload, fidelity: Fidelity): number {
  const { requests, seconds = 0 } = workload.counts[fidelity];
  const { ruleset } = workload;
  if (ruleset !== null) return certifies(fidelity) ? ruleset.librarySamples : requests;
  return seconds > 0 ? Math.max(requests, SAMPLES_OF_SECONDS) : requests;
}

const shownIndices = 16;

/** Null where there is no ruleset, or no rate yet. */
export function plannedSchedule(workload: Workload, fidelity: Fidelity): PlannedSchedule | null {
  const run: RulesetRun = { fidelity, purpose: "performance" };
  const settings = loadgenSettings(workload, run);
  const [first] = settings === null ? [] : generateQueries(settings);
  if (first === undefined) return null;
  return {
    queries: first.queries,
    samplesPerQuery: first.samplesPerQuery,
    durationNs: first.durationNs,
    firstIndices: [...first.samples.subarray(0, shownIndices)],
    atLeast: needsExpectedRate(workload, run),
  };
}

/** The same of many experiments: a schedule is made once for all that share it. */
export function scheduleShelf(fidelity: Fidelity): (workload: Workload) => PlannedSchedule | null {
  const made = new Map<string, PlannedSchedule | null>();
  return (workload) => {
    const { ruleset, load, counts } = workload;
    if (ruleset === null) return null;
    const { rulesetId, model, name } = ruleset;
    const rates = [load.rate, load.expected_rate, counts[fidelity].requests];
    const key = JSON.stringify([rulesetId, model, name, ...rates]);
    return made.getOrInsertComputed(key, () => plannedSchedule(workload, fidelity));
  };
}
