import { describe, expect, it } from "vitest";
import { parseLoadgenDetail } from "../../src/importers/loadgen-log.ts";
import { settingsOfLog } from "../../src/importers/loadgen-settings.ts";
import { generateQueries } from "../../src/math/loadgen/queries.ts";
import { someRuleset } from "../support/rulesets.ts";

const library = { librarySamples: 2000, performanceSamples: 1000, accuracySamples: 2000 };
const server = { ...someRuleset(library), mode: "performance" as const, targetQps: 5 };

/** A detail log of a run with these settings. */
function logOf(settings: Parameters<typeof generateQueries>[0], changes: { [key: string]: string } = {}) {
  const [made] = generateQueries(settings);
  const values = {
    loadgen_version: '"6.0.17 @ x"',
    qsl_reported_total_count: String(settings.librarySamples),
    requested_min_duration_ms: String(settings.minDurationMs),
    requested_min_query_count: String(settings.minQueryCount),
    effective_scenario: `"${settings.scenario}"`,
    effective_test_mode: '"PerformanceOnly"',
    effective_samples_per_query: "1",
    effective_target_qps: String(settings.targetQps),
    effective_performance_sample_count: String(settings.performanceSamples),
    effective_accuracy_sample_count: String(settings.accuracySamples),
    effective_sample_concatenate_permutation: String(settings.equalIssue),
    effective_qsl_rng_seed: settings.seeds.qsl,
    effective_sample_index_rng_seed: settings.seeds.sampleIndex,
    effective_schedule_rng_seed: settings.seeds.schedule,
    loaded_qsl_set: `[${made?.loadedSet.join(",")}]`,
    ...changes,
  };
  const lines = Object.entries(values).map(
    ([key, value]) => `:::MLLOG {"key": "${key}", "value": ${value}, "time_ms": 0}`,
  );
  const detail = parseLoadgenDetail(lines.join("\n"));
  if (!detail.ok) throw new Error(detail.problem.message);
  return settingsOfLog(detail.value);
}

describe("settingsOfLog", () => {
  it.each(["libstdc++-11", "libstdc++-10"] as const)(
    "finds the library that made the loaded set: %s",
    (standardLibrary) => {
      const found = logOf({ ...server, standardLibrary });
      expect(found).toMatchObject({ ok: true, value: { standardLibrary, scenario: "Server", targetQps: 5 } });
    },
  );

  it.each([
    { version: "6.0.17", performanceSetFrom: "performance_samples" },
    { version: "6.0.5", performanceSetFrom: "performance_samples" },
    { version: "6.0.4", performanceSetFrom: "library" },
    { version: "5.1.0", performanceSetFrom: "library" },
  ] as const)("knows what $version shuffles", ({ version, performanceSetFrom }) => {
    const found = logOf({ ...server, performanceSetFrom }, { loadgen_version: `"${version} @ x"` });
    expect(found).toMatchObject({ ok: true, value: { performanceSetFrom } });
  });

  it("says where an order comes from no library that we know, and what a log lacks", () => {
    expect(logOf(server, { loaded_qsl_set: "[1,2,3]" })).toMatchObject({ ok: false, problem: { code: "other-order" } });
    const lacking = logOf(server, { effective_target_qps: "null" });
    expect(lacking).toMatchObject({ ok: false, problem: { message: expect.stringContaining("effective_target_qps") } });
  });
});
