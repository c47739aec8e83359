import type { StandardLibrary } from "./draws.ts";

export type LoadgenScenario = "Offline" | "Server" | "SingleStream" | "MultiStream";
/** True of the scenarios that are judged by the latency of a query, and have no rate. */
export function isStream(scenario: LoadgenScenario): boolean {
  return scenario === "SingleStream" || scenario === "MultiStream";
}

export type LoadgenMode = "performance" | "accuracy";

/** What LoadGen decides its traffic on: its test settings, under our names. */
export interface LoadgenSettings {
  scenario: LoadgenScenario;
  mode: LoadgenMode;
  /** Queries a second: Server's arrivals, Offline's expected samples a second; in the streams 10^9 ÷ expected latency in ns. */
  targetQps: number;
  minDurationMs: number;
  minQueryCount: number;
  /** MultiStream's samples of a query; the other scenarios ignore it. */
  samplesPerQuery: number;
  /** `sample_concatenate_permutation`: every sample is issued equally often. */
  equalIssue: boolean;
  /** Samples of the whole data set. */
  librarySamples: number;
  /** Samples that a performance run draws from. */
  performanceSamples: number;
  /** Samples that an accuracy run asks. */
  accuracySamples: number;
  /** What a performance run's set is cut from: the shuffled library (before LoadGen 6.0.5), or the first `performanceSamples`. */
  performanceSetFrom: "library" | "performance_samples";
  /** How much longer than the shortest duration an Offline query is made to last. */
  offlineSlack: number;
  /** The same for SingleStream with equal issue. */
  singleStreamSlack: number;
  /** The C++ library that LoadGen was built with. */
  standardLibrary: StandardLibrary;
  /** Decimal texts: they are larger than a number holds. */
  seeds: { qsl: string; sampleIndex: string; schedule: string };
}

/** The settings that LoadGen works with, `effective_*` in its log. */
export interface EffectiveCounts {
  samplesPerQuery: number;
  minQueryCount: number;
  /** Before the padding to whole passes: what "min queries satisfied" asks for. */
  minSampleCount: number;
  /** How long queries are scheduled for; 0 in Offline, which has one. */
  targetDurationMs: number;
}

/**
 * Counts as `TestSettingsInternal` makes them of the requested ones: Offline coalesces all into one query of
 * max(minimum, trunc(slack · shortest duration · rate)) samples; SingleStream with equal issue goes up to the next whole
 * pass, a further one where it is whole already.
 * Source: loadgen/test_settings_internal.cc.
 */
export function effectiveCounts(settings: LoadgenSettings): EffectiveCounts {
  const { scenario, targetQps, minDurationMs, minQueryCount } = settings;
  const seconds = minDurationMs / 1000;
  if (scenario === "Offline") {
    const samplesPerQuery = Math.max(minQueryCount, Math.trunc(settings.offlineSlack * seconds * targetQps));
    return { samplesPerQuery, minQueryCount: 1, minSampleCount: samplesPerQuery, targetDurationMs: 0 };
  }
  const samplesPerQuery = scenario === "MultiStream" ? settings.samplesPerQuery : 1;
  let count = minQueryCount;
  if (scenario === "SingleStream" && settings.equalIssue) {
    count = Math.max(count, Math.trunc(settings.singleStreamSlack * seconds * targetQps));
    count += settings.performanceSamples - (count % settings.performanceSamples);
  }
  return {
    samplesPerQuery,
    minQueryCount: count,
    minSampleCount: count * samplesPerQuery,
    targetDurationMs: minDurationMs,
  };
}
