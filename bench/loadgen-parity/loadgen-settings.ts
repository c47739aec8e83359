import { standardLibraries } from "../../src/math/loadgen/draws.ts";
import { generateQueries } from "../../src/math/loadgen/queries.ts";
import type { LoadgenScenario, LoadgenSettings } from "../../src/math/loadgen/settings.ts";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import { scalarText, type LoadgenDetail, type LoadgenValue } from "../../src/importers/loadgen-log.ts";
import { rateOfLog, type LoggedRate } from "./loadgen-rate.ts";

const scenarios: readonly LoadgenScenario[] = ["Offline", "Server", "SingleStream", "MultiStream"];

/** LoadGen's constants, which no log holds: `kSlack` in loadgen/test_settings_internal.cc, in every version from 2.0. */
const slacks = { offlineSlack: 1.1, singleStreamSlack: 2 } as const;

/** The first version that shuffles a performance run's samples by themselves (mlcommons/inference a8d4d78). */
const PERFORMANCE_SET_BY_ITSELF = [6, 0, 5];

const performanceSets = ["library", "performance_samples"] as const;

/**
 * The settings of a detail log's run, as they were requested, with the rate that gives the log's counts and durations.
 * Standard library and way to shuffle are those that give its `loaded_qsl_set` (the version says which to try first); fails
 * where none does, and where a key is missing.
 */
export function settingsOfLog(detail: LoadgenDetail): Result<LoadgenSettings> {
  const missing: string[] = [];
  const number = (key: string, otherwise?: number): number => {
    const value = detail.last(key) ?? otherwise;
    if (typeof value !== "number") missing.push(key);
    return typeof value === "number" ? value : NaN;
  };
  const seed = (name: string): string => {
    const value = detail.last(`effective_${name}_rng_seed`);
    if (typeof value !== "number" && typeof value !== "bigint") missing.push(`effective_${name}_rng_seed`);
    return scalarText(value) ?? "";
  };
  const scenario = scenarios.find((known) => known === detail.last("effective_scenario"));
  if (scenario === undefined) missing.push("effective_scenario");
  const librarySamples = number("qsl_reported_total_count");
  const settings = {
    scenario: scenario ?? "Offline",
    mode: detail.last("effective_test_mode") === "AccuracyOnly" ? ("accuracy" as const) : ("performance" as const),
    targetQps: number("effective_target_qps"),
    minDurationMs: number("requested_min_duration_ms"),
    minQueryCount: number("requested_min_query_count"),
    samplesPerQuery: number("effective_samples_per_query"),
    equalIssue: detail.last("effective_sample_concatenate_permutation") === true,
    librarySamples,
    performanceSamples: number("effective_performance_sample_count"),
    accuracySamples: number("effective_accuracy_sample_count", librarySamples),
    ...slacks,
    seeds: { qsl: seed("qsl"), sampleIndex: seed("sample_index"), schedule: seed("schedule") },
  };
  if (missing.length > 0) {
    const hint = "The file is not a whole detail log of LoadGen's.";
    return fail("broken-log", `the log does not say ${missing.join(", ")}`, hint);
  }
  const byVersion = shufflesLibrary(detail) ? performanceSets : performanceSets.toReversed();
  const found = byVersion
    .flatMap((performanceSetFrom) =>
      standardLibraries.map((standardLibrary) => ({ ...settings, performanceSetFrom, standardLibrary })),
    )
    .find((tried) => sameSets(detail.all("loaded_qsl_set"), tried));
  if (found === undefined) {
    const hint = `Seeds or samples were changed, or LoadGen was built with another library than ${standardLibraries.join(", ")}.`;
    return fail("other-order", "no standard library that we know gives the log's loaded_qsl_set", hint);
  }
  return succeed({ ...found, targetQps: rateOfLog(found, loggedRate(detail, found.targetQps)) });
}

function loggedRate(detail: LoadgenDetail, printed: number): LoggedRate {
  const first = (key: string): number | null => {
    const [value] = detail.all(key);
    return typeof value === "number" ? value : null;
  };
  return {
    printed,
    queries: first("generated_query_count"),
    durationNs: first("generated_query_duration"),
    minQueryCount: first("effective_min_query_count"),
    samplesPerQuery: first("effective_samples_per_query"),
  };
}

/** A version of two parts, "4.1", means 4.1.0. */
function shufflesLibrary(detail: LoadgenDetail): boolean {
  const version =
    /^v?(\d+)\.(\d+)(?:\.(\d+))?/
      .exec(scalarText(detail.last("loadgen_version")) ?? "")
      ?.slice(1)
      .map((part: string | undefined) => Number(part ?? 0)) ?? [];
  for (const [index, least] of PERFORMANCE_SET_BY_ITSELF.entries()) {
    const part = version[index] ?? Infinity;
    if (part !== least) return part < least;
  }
  return false;
}

/** True where the loaded sets are those of the log; also where it has none, which then decides nothing. */
function sameSets(logged: LoadgenValue[], settings: LoadgenSettings): boolean {
  const sets = generateQueries(settings).map(({ loadedSet }) => loadedSet);
  if (logged.length === 0) return true;
  return (
    sets.length === logged.length &&
    sets.every((set, index) => {
      const other = logged[index];
      return Array.isArray(other) && other.length === set.length && set.every((sample, at) => other[at] === sample);
    })
  );
}
