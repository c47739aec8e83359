import { describe, expect, it } from "vitest";
import { judge } from "../../src/checks/index.ts";
import { checkOf, input, seen, specOf } from "../support/judged-trials.ts";
import { observationOf, type RequestSketch } from "../support/observations.ts";
import { someRuleset } from "../support/rulesets.ts";

describe("ruleset-queries", () => {
  const judged = (total: number, changes: Parameters<typeof someRuleset>[0] = {}) =>
    checkOf("ruleset-queries", {
      spec: specOf({ fidelity: "valid" }),
      observation: seen(total),
      ruleset: someRuleset(changes),
    });

  it("is decided at the limit", () => {
    expect(judged(10)).toMatchObject({ status: "pass", value: 10, limit: 10, margin: 0 });
    expect(judged(9)).toMatchObject({ status: "fail", margin: -1, remedy: "Ask for at least 10 requests." });
  });
  it("asks for whole passes where samples come equally often", () => {
    expect(judged(30)?.status).toBe("pass");
    const check = judged(30, { equalIssue: true });
    expect(check).toMatchObject({ status: "fail", remedy: "Ask for at least 20 requests, a multiple of 20." });
    expect(check?.message).toContain("1 pass over 20 samples and 10 more");
    expect(judged(40, { equalIssue: true })?.status).toBe("pass");
  });
  it("counts samples in MultiStream", () => {
    expect(judged(79, { scenario: "MultiStream", samplesPerQuery: 8, equalIssue: true })).toMatchObject({
      status: "fail",
      limit: 80,
    });
  });
});

describe("ruleset-duration", () => {
  const valid = specOf({ fidelity: "valid" });

  /** Two requests a second apart, each answered after so many ms. */
  const apart = (latencyMs: number, seconds = 1): RequestSketch[] =>
    [0, seconds * 1000].map((at) => ({ scheduledMs: 50 + at, sentMs: 50 + at, tokensMs: [50 + at + latencyMs] }));

  const judged = (requests: RequestSketch[], changes: Parameters<typeof someRuleset>[0] = {}) =>
    checkOf("ruleset-duration", { spec: valid, observation: observationOf(requests), ruleset: someRuleset(changes) });

  it("is the last scheduled moment in Server, however long the answers take", () => {
    expect(judged(apart(10))).toMatchObject({ status: "pass", value: 1, limit: 1, margin: 0, unit: "s" });
    expect(judged(apart(5000, 0.9))).toMatchObject({ status: "fail", value: expect.closeTo(0.9, 9) });
  });
  it("is the longest latency in Offline", () => {
    expect(judged(apart(999), { scenario: "Offline" })).toMatchObject({
      status: "fail",
      value: expect.closeTo(0.999, 9),
    });
    expect(judged(apart(1000), { scenario: "Offline" })?.status).toBe("pass");
  });
  it("is the last send in a stream", () => {
    const late = apart(1).map((request) => ({ ...request, scheduledMs: null }));
    expect(judged(late, { scenario: "SingleStream" })).toMatchObject({ status: "pass", value: 1 });
  });
  it("says how often the run was enlarged before", () => {
    const attempt = (requests: number, lastedS: number) => ({ expectedRate: 1, requests, lastedS });
    const sizing = { probe: null, attempts: [attempt(10, 0.25), attempt(40, 0.8), attempt(70, 1)] };
    const check = checkOf("ruleset-duration", {
      spec: valid,
      observation: observationOf(apart(1000)),
      sizing,
      ruleset: someRuleset({ scenario: "Offline" }),
    });
    expect(check?.message).toMatch(
      /; it was enlarged twice by what had been measured: 10 requests lasted 0.25 s, 40 requests lasted 0.8 s$/,
    );
    expect(judged(apart(10))?.message).not.toContain("enlarged");
  });
  it("is none without a ruleset, below valid, and for accuracy", () => {
    const observation = observationOf(apart(1));
    const ruleset = someRuleset();
    expect(checkOf("ruleset-duration", { observation, spec: valid })).toBeUndefined();
    expect(checkOf("ruleset-duration", { observation, spec: valid, ruleset: null })).toBeUndefined();
    expect(checkOf("ruleset-duration", { observation, ruleset, spec: input().spec })).toBeUndefined();
    const accuracy = specOf({ fidelity: "valid", purpose: "accuracy" });
    expect(checkOf("ruleset-duration", { observation, ruleset, spec: accuracy })).toBeUndefined();
  });
});

describe("ruleset-latency", () => {
  /** Requests with a first token after `ttftMs` of the schedule and 10 more, each `tpotMs` later; sent 5 ms late. */
  const request = (ttftMs: number, tpotMs: number): RequestSketch => ({
    scheduledMs: 1000,
    sentMs: 1005,
    tokensMs: Array.from({ length: 11 }, (_, token) => 1000 + ttftMs + token * tpotMs),
  });

  /** So many of 200 requests at the limit, the rest of them over it by a hundredth of a ms. */
  const at = (within: number): RequestSketch[] =>
    Array.from({ length: 200 }, (_, index) => (index < within ? request(100, 10) : request(100.01, 10.01)));

  const judged = (id: string, requests: RequestSketch[], changes: Parameters<typeof someRuleset>[0] = {}) =>
    checkOf(id, { observation: observationOf(requests), ruleset: someRuleset(changes) });

  describe("ruleset-ttft and ruleset-tpot", () => {
    it("take the value at LoadGen's index, trunc(200 · 0.99) = 198 from zero, from the schedule", () => {
      expect(judged("ruleset-ttft", at(199))).toMatchObject({ status: "pass", value: 100, limit: 100, margin: 0 });
      expect(judged("ruleset-ttft", at(198))).toMatchObject({ status: "fail", value: expect.closeTo(100.01, 6) });
      expect(judged("ruleset-tpot", at(199))).toMatchObject({ status: "pass", value: 10, limit: 10 });
      expect(judged("ruleset-tpot", at(198))).toMatchObject({ status: "fail", value: expect.closeTo(10.01, 6) });
    });
    it("count a request that failed as infinitely late", () => {
      const failed = { ...request(1, 1), error: "HTTP 500", outputTokens: null };
      expect(judged("ruleset-ttft", [...at(199).slice(0, 199), failed])?.status).toBe("pass");
      const check = judged("ruleset-ttft", [...at(199).slice(0, 198), failed, failed]);
      expect(check).toMatchObject({ status: "fail", value: null, margin: null });
      expect(check?.message).toMatch(/too many requests failed/);
    });
    it("fail where nothing was scheduled, which is no Server run, and are unknown where tokens were not counted", () => {
      const unscheduled = at(200).map((sketch) => ({ ...sketch, scheduledMs: null }));
      expect(judged("ruleset-ttft", unscheduled)?.status).toBe("fail");
      const uncounted = at(200).map((sketch) => ({ ...sketch, outputTokens: null }));
      expect(judged("ruleset-tpot", uncounted)?.status).toBe("unknown");
      expect(judged("ruleset-ttft", uncounted)?.status).toBe("pass");
    });
    it("are of Server, and of no smoke test", () => {
      expect(judged("ruleset-ttft", at(0), { scenario: "Offline" })).toBeUndefined();
      expect(judged("ruleset-ttft", at(0), { scenario: "SingleStream" })).toBeUndefined();
      const smoke = { observation: observationOf(at(0)), ruleset: someRuleset(), spec: specOf({ fidelity: "smoke" }) };
      expect(checkOf("ruleset-ttft", smoke)).toBeUndefined();
    });
  });

  describe("the ruleset's word on a probe", () => {
    const probe = (gaveUp: { atNs: number; lastDueNs: number; missed: number; allowed: number } | null) =>
      checkOf("ruleset-ttft", {
        observation: { ...observationOf(at(198)), gaveUp },
        ruleset: someRuleset(),
        spec: specOf({ purpose: "probe" }),
      });
    it("is that on any other run of its requests, so that a rate holds by the same rule as the trial that sustains it", () => {
      expect(probe(null)).toMatchObject({ status: "fail", limit: 100 });
    });
    it("is not asked of one that was given up, nor of accuracy", () => {
      expect(probe({ atNs: 1, lastDueNs: 2, missed: 3, allowed: 2 })).toBeUndefined();
      const accuracy = {
        observation: observationOf(at(198)),
        ruleset: someRuleset(),
        spec: specOf({ purpose: "accuracy" }),
      };
      expect(checkOf("ruleset-ttft", accuracy)).toBeUndefined();
    });
  });

  describe("ruleset-latency", () => {
    it("is what a ruleset without token latencies limits", () => {
      const whole = { tokenLatencies: false, limits: { ttftMs: null, tpotMs: null, latencyMs: 200 } };
      expect(judged("ruleset-latency", at(199), whole)).toMatchObject({ status: "pass", value: 200 });
      expect(judged("ruleset-latency", at(198), whole)?.status).toBe("fail");
      expect(judged("ruleset-ttft", at(198), whole)).toBeUndefined();
      expect(judged("ruleset-latency", at(198))).toBeUndefined();
    });
  });
});

describe("ruleset-early-stopping", () => {
  const spec = specOf({ fidelity: "valid" });

  /** Requests of which so many are late by TTFT; TPOT is 1 ms throughout. */
  const requests = (total: number, late: number): RequestSketch[] =>
    Array.from({ length: total }, (_, index) => {
      const first = index < late ? 101 : 100;
      return { scheduledMs: 0, sentMs: 0, tokensMs: [first, first + 1] };
    });

  const judged = (id: string, sketches: RequestSketch[], changes: Parameters<typeof someRuleset>[0] = {}) =>
    checkOf(id, { spec, observation: observationOf(sketches), ruleset: someRuleset(changes) });

  describe("early-stopping in Server", () => {
    it("states n, t and the t allowed, and fails above it", () => {
      const check = judged("early-stopping-ttft", requests(1000, 2));
      expect(check).toMatchObject({ status: "pass", value: 2, limit: 2, margin: 0 });
      expect(check?.message).toBe(
        "2 of 1000 requests were above the TTFT limit of 100 ms; at p99 and 99 % confidence 1000 requests tolerate 2",
      );
      expect(judged("early-stopping-tpot", requests(1000, 3))).toMatchObject({ status: "pass", value: 0 });
    });
    it("says how many more requests it would take", () => {
      // Three of 1,000 keep p99, and are too many to be sure.
      const check = judged("early-stopping-ttft", requests(1000, 3));
      expect(judged("ruleset-ttft", requests(1000, 3))?.status).toBe("pass");
      expect(check).toMatchObject({ status: "fail", value: 3, limit: 2, margin: -1 });
      expect(check?.message).toContain("tolerate 2; 1 more request within the limit would be enough (1001 in all)");
    });
    it("has no tolerance at all below 459 requests", () => {
      const check = judged("early-stopping-ttft", requests(205, 0));
      expect(check).toMatchObject({ status: "fail", value: 0, limit: "none", margin: null });
      expect(check?.message).toContain("254 more requests within the limit would be enough (459 in all)");
    });
    it("is none below valid", () => {
      const observation = observationOf(requests(205, 0));
      expect(checkOf("early-stopping-ttft", { observation, ruleset: someRuleset() })).toBeUndefined();
    });
  });

  describe("early-stopping in a stream", () => {
    it("asks for enough queries to estimate the percentile", () => {
      const stream = { scenario: "SingleStream", percentile: 0.9 } as const;
      expect(judged("early-stopping", requests(63, 0), stream)).toMatchObject({
        status: "fail",
        limit: 64,
        margin: -1,
      });
      expect(judged("early-stopping", requests(1000, 0), stream)?.message).toContain("discards the 77 highest");
    });
    it("counts queries of several samples", () => {
      const stream = { scenario: "MultiStream", samplesPerQuery: 8 } as const;
      expect(judged("early-stopping", requests(662 * 8 - 1, 0), stream)).toMatchObject({ status: "fail", value: 661 });
      expect(judged("early-stopping", requests(662 * 8, 0), stream)?.status).toBe("pass");
    });
  });

  it("a verdict names the ruleset that it was made by", () => {
    expect(judge(input({ observation: seen(200), ruleset: someRuleset() })).rulesetId).toBe("rules-1");
    expect(judge(input({ observation: seen(200) })).rulesetId).toBeNull();
  });
});
