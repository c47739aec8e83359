import { describe, expect, it } from "vitest";
import type { RequestSketch } from "../support/observations.ts";
import { observationOf } from "../support/observations.ts";
import { checkOf, specOf } from "../support/judged-trials.ts";
import { someRuleset } from "../support/rulesets.ts";

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
