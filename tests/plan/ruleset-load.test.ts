import { describe, expect, it } from "vitest";
import { generateQueries } from "../../src/math/loadgen/queries.ts";
import { runSettings } from "../../src/math/loadgen/run-settings.ts";
import {
  librarySize,
  loadgenRequests,
  loadgenSettings,
  needsExpectedRate,
  plannedSchedule,
  scheduleShelf,
} from "../../src/plan/ruleset-load.ts";
import { makeWorkload } from "../support/make-study.ts";
import { someRuleset } from "../support/rulesets.ts";

const server = makeWorkload({ scenario: "server", ruleset: someRuleset({ equalIssue: true }), load: { rate: 5 } });
const offlineRules = someRuleset({ scenario: "Offline", name: "Offline", equalIssue: true, minQueryCount: 20 });
const offline = makeWorkload({ scenario: "offline", ruleset: offlineRules });
const counts = { ...server.counts, smoke: { requests: 7 } };
const performance = { purpose: "performance" as const };

describe("the settings of a trial", () => {
  it("are none without a ruleset, or before a Server's rate is known", () => {
    expect(loadgenSettings(makeWorkload(), { fidelity: "valid", ...performance })).toBeNull();
    expect(loadgenSettings({ ...server, load: {} }, { fidelity: "valid", ...performance })).toBeNull();
  });

  it("go by the ruleset where a result is certified, and by the workload's counts below", () => {
    const certified = loadgenSettings(server, { fidelity: "valid", ...performance });
    expect(certified).toMatchObject({ minDurationMs: 1000, minQueryCount: 10, librarySamples: 20, targetQps: 5 });
    const small = loadgenSettings({ ...server, counts }, { fidelity: "smoke", ...performance });
    expect(small).toMatchObject({ minDurationMs: 0, minQueryCount: 7, librarySamples: 7 });
    expect(small === null ? null : loadgenRequests(small)).toBe(7);
  });

  it("expect of Offline what was measured, else what is stated, else the least", () => {
    const stated = { ...offline, load: { expected_rate: 100 } };
    const rateOf = (workload: typeof offline, expectedRate?: number) =>
      loadgenSettings(workload, { fidelity: "valid", ...performance, ...(expectedRate ? { expectedRate } : {}) })
        ?.targetQps;
    expect([rateOf(stated, 300), rateOf(stated), rateOf(offline)]).toEqual([300, 100, 1]);
    expect(needsExpectedRate(offline, { fidelity: "valid", ...performance })).toBe(true);
    expect(needsExpectedRate(stated, { fidelity: "valid", ...performance })).toBe(false);
    expect(needsExpectedRate(offline, { fidelity: "smoke", ...performance })).toBe(false);
    expect(needsExpectedRate(offline, { fidelity: "valid", purpose: "accuracy" })).toBe(false);
    expect(needsExpectedRate(server, { fidelity: "valid", ...performance })).toBe(false);
  });

  it("ask each sample once for accuracy", () => {
    const settings = loadgenSettings(offline, { fidelity: "valid", purpose: "accuracy" });
    expect(settings === null ? null : loadgenRequests(settings)).toBe(20);
  });

  it("need the whole library where a result is certified", () => {
    expect([librarySize(server, "valid"), librarySize(server, "smoke")]).toEqual([20, 64]);
  });
});

describe("a planned schedule", () => {
  it("is LoadGen's", () => {
    const planned = plannedSchedule(server, "valid");
    const [queries] = generateQueries(
      runSettings(server.ruleset!, { mode: "performance", targetQps: 5, samples: null }),
    );
    expect(planned).toEqual({
      queries: queries?.queries,
      samplesPerQuery: 1,
      durationNs: queries?.durationNs,
      firstIndices: [...(queries?.samples.slice(0, 16) ?? [])],
      atLeast: false,
    });
  });

  it("says of Offline without a stated rate that it is the least", () => {
    expect(plannedSchedule(offline, "valid")).toMatchObject({ queries: 1, samplesPerQuery: 20, atLeast: true });
    const stated = { ...offline, load: { expected_rate: 100 } };
    // 1.1 s of 100 a second, padded to whole passes over 20.
    expect(plannedSchedule(stated, "valid")).toMatchObject({ samplesPerQuery: 120, atLeast: false });
  });

  it("is made once for workloads that share it, and is none of others", () => {
    const scheduleOf = scheduleShelf("valid");
    expect(scheduleOf({ ...server, name: "other" })).toBe(scheduleOf(server));
    expect(scheduleOf({ ...server, load: { rate: 6 } })).not.toEqual(scheduleOf(server));
    expect(scheduleOf(makeWorkload())).toBeNull();
  });
});
