import { describe, expect, it } from "vitest";
import { judge } from "../../src/checks/index.ts";
import type { RequestSketch } from "../support/observations.ts";
import { observationOf } from "../support/observations.ts";
import { checkOf, input, seen, specOf } from "../support/judged-trials.ts";
import { someRuleset } from "../support/rulesets.ts";

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
    expect(judged("early-stopping", requests(63, 0), stream)).toMatchObject({ status: "fail", limit: 64, margin: -1 });
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
