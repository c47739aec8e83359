import { describe, expect, it } from "vitest";
import { accuracyRun, accuracyTrials, performanceRun, rulesOfTrial } from "../../../src/exporters/mlperf/from-trial.ts";
import { generateQueries } from "../../../src/math/loadgen/queries.ts";
import { runSettings } from "../../../src/math/loadgen/run-settings.ts";
import type { StoredRequest } from "../../../src/schema/observation.ts";
import type { Trial } from "../../../src/schema/trial.ts";
import { fakeExperiment, fakeTrial } from "../../support/fake-trials.ts";
import { someRuleset } from "../../support/rulesets.ts";

const rules = someRuleset();
const MS = 1e6;
/** The trial's clock started before the load did. */
const startNs = 1234 * MS;

function trialWith(changes: Partial<Trial> = {}): Trial {
  const experiment = fakeExperiment("baseline", 0, {});
  const trial = fakeTrial(experiment, { fidelity: "screen" });
  const workload = { ruleset: "rules-1/m", scenario: "server", load: { rate: 10 } };
  return { ...trial, identity: { configuration: {}, workload }, ...changes };
}

function requestsOf(samples: number, mode: "performance" | "accuracy" = "performance"): StoredRequest[] {
  const settings = runSettings(rules, { mode, targetQps: 10, samples });
  return generateQueries(settings).flatMap(({ scheduledNs, samples: order }) =>
    [...order].map((sample, place): StoredRequest => {
      const dueNs = startNs + (scheduledNs[place] ?? 0);
      return {
        sample,
        chunk: null,
        scheduledNs: dueNs,
        sentNs: dueNs + 1000,
        firstTokenNs: dueNs + 5 * MS,
        lastTokenNs: dueNs + 9 * MS,
        endNs: dueNs + 10 * MS,
        outputTokens: 5,
        error: null,
        cancelled: false,
      };
    }),
  );
}

describe("performanceRun", () => {
  it("counts from the load's start, and has the settings that give just this traffic", () => {
    const exported = performanceRun(trialWith(), rules, requestsOf(12));
    if (!exported.ok) throw new Error(exported.problem.message);
    const { run, issued, queries } = exported.value;
    expect(issued[0]).toMatchObject({ dueNs: 0, sentNs: 1000, firstTokenNs: 5 * MS, doneNs: 9 * MS, tokens: 5 });
    expect(queries[0]?.queries).toBe(12);
    expect(run.settings).toMatchObject({ minQueryCount: 12, minDurationMs: 0, performanceSamples: 12, targetQps: 10 });
    expect(run.limits).toEqual({ ttftNs: 100 * MS, tpotNs: 10 * MS, latencyNs: 0 });
  });

  it("judges a run that is smaller by intention by the whole ruleset, and says so", () => {
    const exported = performanceRun(trialWith(), rules, requestsOf(12));
    if (!exported.ok) throw new Error(exported.problem.message);
    expect(exported.value.run.least).toEqual({ durationMs: 1000, queries: 10, samples: 10 });
    expect(exported.value.run.mark.cutShort).toContain("fidelity screen");
  });

  it.each([
    ["a request that failed", (all: StoredRequest[]) => void (all[3]!.error = "reset"), "not-a-run"],
    ["an answer without a token", (all: StoredRequest[]) => void (all[3]!.firstTokenNs = null), "not-a-run"],
    ["tokens that nobody counted", (all: StoredRequest[]) => void (all[3]!.outputTokens = null), "not-a-run"],
    ["another order", (all: StoredRequest[]) => void (all[3]!.sample += 1), "other-traffic"],
    ["another schedule", (all: StoredRequest[]) => void (all[3]!.scheduledNs! += 1000), "other-traffic"],
    ["one request less", (all: StoredRequest[]) => void all.splice(0, 1), "other-traffic"],
  ])("refuses %s", (_, spoil, code) => {
    const requests = requestsOf(12);
    spoil(requests);
    expect(performanceRun(trialWith(), rules, requests)).toMatchObject({ ok: false, problem: { code } });
  });
});

describe("accuracyRun", () => {
  it("has the loaded sets where the order is LoadGen's, and none where it is our own", () => {
    const requests = requestsOf(12, "accuracy");
    expect(accuracyRun(trialWith(), rules, requests).queries[0]?.samples).toHaveLength(12);
    expect(accuracyRun(trialWith(), rules, requests.toReversed()).queries).toEqual([]);
  });
});

it("accuracyTrials are the usable ones of the same key and build, the latest first", () => {
  const experiment = fakeExperiment("baseline", 0, {});
  const accuracy = (replicate: number, status: Trial["verdict"]["status"] = "SCREENED"): Trial =>
    fakeTrial(experiment, { purpose: "accuracy", replicate, status });
  const [first, second, failed] = [accuracy(1), accuracy(2), accuracy(3, "FAILED")];
  const performance = fakeTrial(experiment, {});
  const other = { ...accuracy(4), accuracyKey: "acc1_other" };
  expect(accuracyTrials([performance, first, failed, other, second], performance)).toEqual([second, first]);
});

it("rulesOfTrial is null of a trial without a ruleset", () => {
  expect(rulesOfTrial(trialWith())).toEqual({ ruleset: "rules-1/m", scenario: "server" });
  expect(rulesOfTrial(fakeTrial(fakeExperiment("baseline", 0, {}), {}))).toBeNull();
});
