import { describe, expect, it } from "vitest";
import { parseLoadgenDetail } from "../../../src/importers/loadgen-log.ts";
import { settingsOfLog } from "../../../bench/loadgen-parity/loadgen-settings.ts";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import { streamText } from "../../../src/math/loadgen/results.ts";
import { effectiveCounts } from "../../../src/math/loadgen/settings.ts";
import { someRuleset } from "../../support/rulesets.ts";

const library = { librarySamples: 2000, performanceSamples: 1000, accuracySamples: 2000 };
const server = { ...someRuleset(library), mode: "performance" as const, targetQps: 5 };

/** A detail log of a run with these settings. */
function logOf(settings: Parameters<typeof generateQueries>[0], changes: { [key: string]: string } = {}) {
  const [made] = generateQueries(settings);
  const counts = effectiveCounts(settings);
  const values = {
    loadgen_version: '"6.0.17 @ x"',
    qsl_reported_total_count: String(settings.librarySamples),
    requested_min_duration_ms: String(settings.minDurationMs),
    requested_min_query_count: String(settings.minQueryCount),
    effective_scenario: `"${settings.scenario}"`,
    effective_test_mode: '"PerformanceOnly"',
    effective_samples_per_query: String(counts.samplesPerQuery),
    effective_min_query_count: String(counts.minQueryCount),
    effective_target_qps: streamText(settings.targetQps),
    generated_query_count: String(made?.queries),
    generated_query_duration: String(made?.durationNs),
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
    { version: "4.1", performanceSetFrom: "library" },
    { version: "6.1", performanceSetFrom: "performance_samples" },
  ] as const)("knows what $version shuffles", ({ version, performanceSetFrom }) => {
    const found = logOf({ ...server, performanceSetFrom }, { loadgen_version: `"${version} @ x"` });
    expect(found).toMatchObject({ ok: true, value: { performanceSetFrom } });
  });

  it("believes the loaded set more than the version", () => {
    const found = logOf({ ...server, performanceSetFrom: "library" }, { loadgen_version: '"9.0 @ x"' });
    expect(found).toMatchObject({ ok: true, value: { performanceSetFrom: "library" } });
  });

  it.each([
    ["SingleStream", 1e9 / 1_234_567],
    ["SingleStream", 1e9 / 7_300_000],
    ["MultiStream", 1e9 / 12_000_000],
    ["MultiStream", 1e9 / 900_001],
    ["Server", 1234.5678],
    ["Server", 99.99999],
    ["Offline", 99.99999],
    ["Offline", 7777.77777],
  ] as const)("finds the rate behind the six digits that a log prints: %s, %d", (scenario, targetQps) => {
    for (const equalIssue of [false, true]) {
      const settings = {
        ...server,
        scenario,
        targetQps,
        equalIssue,
        minDurationMs: 1000,
        minQueryCount: 100,
        samplesPerQuery: 8,
      };
      const found = logOf(settings);
      if (!found.ok) throw new Error(found.problem.message);
      const [again, made] = [found.value, settings].map((of) => generateQueries(of)[0]!);
      expect(again!.queries).toBe(made!.queries);
      expect(again!.durationNs).toBe(made!.durationNs);
      expect(again!.samplesPerQuery).toBe(made!.samplesPerQuery);
      expect(Math.abs(found.value.targetQps / targetQps - 1)).toBeLessThan(5e-6);
    }
  });

  it("keeps the printed rate where a log has no schedule, or another's", () => {
    const rateOf = (changes: { [key: string]: string }) => {
      const found = logOf({ ...server, targetQps: 1234.5678 }, changes);
      return found.ok ? found.value.targetQps : found.problem;
    };
    expect(rateOf({ generated_query_duration: "null" })).toBe(1234.57);
    expect(rateOf({ generated_query_duration: "17" })).toBe(1234.57);
  });

  it("says where an order comes from no library that we know, and what a log lacks", () => {
    expect(logOf(server, { loaded_qsl_set: "[1,2,3]" })).toMatchObject({ ok: false, problem: { code: "other-order" } });
    const lacking = logOf(server, { effective_target_qps: "null" });
    expect(lacking).toMatchObject({ ok: false, problem: { message: expect.stringContaining("effective_target_qps") } });
  });
});
