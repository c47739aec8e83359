import type { LoadgenMode, LoadgenSettings } from "./settings.ts";
import { isStream } from "./settings.ts";

/** Of the settings, what a ruleset says; one of its scenarios has all of it. */
export type RunRules = Omit<LoadgenSettings, "mode" | "targetQps">;

/** LoadGen's own where nobody states a rate (`*.Offline.target_qps` and `*.Server.target_qps` of mlperf.conf): the least that a run may ask. */
export const unstatedRate = 1;

/**
 * The settings of one run. `samples` is null where it goes by the rules; else it is a smaller run over the first so many
 * samples of the data set, without a shortest duration, of so many requests (more only where whole passes take them).
 */
export function runSettings(
  rules: RunRules,
  { mode, targetQps, samples }: { mode: LoadgenMode; targetQps: number; samples: number | null },
): LoadgenSettings {
  const own: LoadgenSettings = {
    mode,
    targetQps: requestedRate(rules, targetQps),
    scenario: rules.scenario,
    minDurationMs: rules.minDurationMs,
    minQueryCount: rules.minQueryCount,
    samplesPerQuery: rules.samplesPerQuery,
    librarySamples: rules.librarySamples,
    performanceSamples: rules.performanceSamples,
    accuracySamples: rules.accuracySamples,
    equalIssue: rules.equalIssue,
    performanceSetFrom: rules.performanceSetFrom,
    offlineSlack: rules.offlineSlack,
    singleStreamSlack: rules.singleStreamSlack,
    standardLibrary: rules.standardLibrary,
    seeds: rules.seeds,
  };
  if (samples === null) return own;
  return {
    ...own,
    minDurationMs: 0,
    minQueryCount: fewestQueries(rules, samples),
    librarySamples: Math.min(rules.librarySamples, samples),
    performanceSamples: Math.min(rules.performanceSamples, samples),
    accuracySamples: Math.min(rules.accuracySamples, samples),
  };
}

/** LoadGen is told a stream's rate as the whole nanoseconds that a query is expected to take. */
function requestedRate({ scenario }: RunRules, targetQps: number): number {
  return isStream(scenario) ? 1e9 / Math.trunc(1e9 / targetQps) : targetQps;
}

function fewestQueries({ scenario, samplesPerQuery, equalIssue }: RunRules, samples: number): number {
  if (scenario === "MultiStream") return Math.ceil(samples / samplesPerQuery);
  // To a whole number of passes LoadGen adds another one (`effectiveCounts`).
  return scenario === "SingleStream" && equalIssue ? Math.max(1, samples - 1) : samples;
}
