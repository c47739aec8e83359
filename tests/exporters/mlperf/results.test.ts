import { describe, expect, it } from "vitest";
import { detailLog } from "../../../src/exporters/mlperf/detail-log.ts";
import { resultsOf } from "../../../src/exporters/mlperf/results.ts";
import type { IssuedSample, MlperfRun } from "../../../src/exporters/mlperf/run.ts";
import { summaryLog } from "../../../src/exporters/mlperf/summary-log.ts";
import { parseLoadgenDetail, parseLoadgenSummary } from "../../../src/importers/loadgen-log.ts";
import { someMark } from "../../support/loadgen-exported.ts";

const MS = 1e6;

function runWith(scenario: MlperfRun["settings"]["scenario"], changes: Partial<MlperfRun> = {}): MlperfRun {
  return {
    mark: someMark,
    settings: {
      scenario,
      mode: "performance",
      targetQps: 10,
      minDurationMs: 1000,
      minQueryCount: 100,
      samplesPerQuery: scenario === "MultiStream" ? 2 : 1,
      equalIssue: false,
      librarySamples: 1000,
      performanceSamples: 1000,
      accuracySamples: 1000,
      performanceSetFrom: "performance_samples",
      offlineSlack: 1.1,
      singleStreamSlack: 2,
      standardLibrary: "libstdc++-11",
      seeds: { qsl: "1", sampleIndex: "2", schedule: "18446744073709551615" },
    },
    least: { durationMs: 1000, queries: 100, samples: 100 },
    percentile: scenario === "SingleStream" ? 0.9 : 0.99,
    limits: { ttftNs: 50 * MS, tpotNs: 10 * MS, latencyNs: 0 },
    tokenLatencies: true,
    confidence: 0.99,
    loadgenVersion: "6.0.17",
    sutName: "sut",
    qslName: "qsl",
    startedAt: "2026-11-22T06:19:08.282Z",
    endedAt: "2026-11-22T06:19:18.306Z",
    ...changes,
  };
}

/** Queries 10 ms apart, first token after 20 ms and ten tokens 5 ms apart; `late` of them answer 100 ms later. */
function issuedWith(count: number, late = 0, size = 1): IssuedSample[] {
  return Array.from({ length: count }, (_, place): IssuedSample => {
    const query = Math.floor(place / size);
    const dueNs = query * 10 * MS;
    const firstTokenNs = dueNs + (place < late ? 120 : 20) * MS;
    const doneNs = firstTokenNs + 45 * MS;
    return { sample: place, query, dueNs, sentNs: dueNs + MS, firstTokenNs, doneNs, tokens: 10 };
  });
}

describe("resultsOf", () => {
  it("takes Offline's one query of any size", () => {
    const issued = issuedWith(200_000, 0, 200_000);
    expect(resultsOf(runWith("Offline"), issued)).toMatchObject({ samples: 200_000, lastDoneNs: 65 * MS });
  });

  it("counts Server's latencies from the moment that was due, and rates to the end of the query issued last", () => {
    const results = resultsOf(runWith("Server"), issuedWith(500));
    expect(results.latency).toMatchObject({ min: 65 * MS, max: 65 * MS, mean: 65 * MS });
    expect(results.perToken?.target).toBe(5 * MS);
    expect(results).toMatchObject({ tokens: 5000, lastScheduledNs: 4990 * MS, lastDoneNs: 5055 * MS, valid: true });
    expect(results.stopping.texts.get("TTFT")).toBe(" * Run successful.");
  });

  it("says INVALID by early stopping alone where p99 is within its limit: 500 queries tolerate none above it", () => {
    const run = runWith("Server");
    const results = resultsOf(run, issuedWith(500, 4));
    expect(results).toMatchObject({ broken: [], minDurationMet: true, minQueriesMet: true, valid: false });
    expect(results.stopping.texts.get("TPOT")).toBe(" * Run successful.");
    expect(results.stopping.texts.get("TTFT")).toContain("Would need to run at least");
    const summary = parseLoadgenSummary(summaryLog(run, results));
    expect(summary).toMatchObject({ ok: true, value: { result: "INVALID", recommendations: [] } });
  });

  it("names a limit that was not kept in LoadGen's words", () => {
    const results = resultsOf(runWith("Server"), issuedWith(500, 50));
    expect(results.broken).toEqual(["TTFT constrain not met: Reduce target QPS to improve latency."]);
  });

  it("counts Offline from the start, so that the last straggler decides, and asks for more samples where it was short", () => {
    const run = runWith("Offline");
    const issued = issuedWith(200).map((sample) => ({ ...sample, dueNs: 0, sentNs: 0, query: 0 }));
    const results = resultsOf({ ...run, least: { durationMs: 60_000, queries: 1, samples: 220 } }, issued);
    expect(results).toMatchObject({ queries: 1, maxLatencyNs: 2055 * MS, minDurationMet: false, minQueriesMet: false });
    const text = summaryLog(run, results);
    expect(text).toContain("Samples per second: 97.3236\nTokens per second: 973.236\nResult is : INVALID");
    expect(text).toContain(" * Increase expected QPS so the loadgen pre-generates a larger (coalesced) query.");
  });

  it("estimates SingleStream's percentile from the send, and p99 only where there are 662 queries", () => {
    const run = runWith("SingleStream");
    const few = resultsOf(run, issuedWith(100, 5));
    expect(few.latency.max).toBe(164 * MS);
    expect(few.stopping.texts.get("TTFT")).toBe(
      " * Processed at least 64 queries (100).\n * Would discard 2 highest latency queries.\n" +
        " * Early stopping 90.0th percentile estimate: 119000000\n * Not enough queries processed for 99.0th percentile\n" +
        " early stopping estimate (would need to process at\n least 662 total queries).",
    );
    const many = resultsOf(run, issuedWith(700));
    expect(many.stopping.estimates).toEqual({ singleStream: 19 * MS, multiStream: 19 * MS });
    const detail = parseLoadgenDetail(detailLog(run, [], many));
    if (!detail.ok) throw new Error(detail.problem.message);
    expect(detail.value.last("early_stopping_latency_ss")).toBe(19 * MS);
    expect(detail.value.last("effective_schedule_rng_seed")).toBe(18_446_744_073_709_551_615n);
  });

  it("takes MultiStream's query for done when its last sample is", () => {
    const run = runWith("MultiStream");
    const results = resultsOf(run, issuedWith(1400, 1, 2));
    expect(results.queries).toBe(700);
    expect(results.queryLatency).toMatchObject({ min: 64 * MS, max: 164 * MS });
    expect(summaryLog(run, results)).toContain("Per-query latency:  \nMin latency (ns)                : 64000000");
  });
});
