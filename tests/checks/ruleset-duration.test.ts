import { describe, expect, it } from "vitest";
import type { RequestSketch } from "../support/observations.ts";
import { observationOf } from "../support/observations.ts";
import { checkOf, input, specOf } from "../support/judged-trials.ts";
import { someRuleset } from "../support/rulesets.ts";

const valid = specOf({ fidelity: "valid" });

/** Two requests a second apart, each answered after so many ms. */
const apart = (latencyMs: number, seconds = 1): RequestSketch[] =>
  [0, seconds * 1000].map((at) => ({ scheduledMs: 50 + at, sentMs: 50 + at, tokensMs: [50 + at + latencyMs] }));

const judged = (requests: RequestSketch[], changes: Parameters<typeof someRuleset>[0] = {}) =>
  checkOf("ruleset-duration", { spec: valid, observation: observationOf(requests), ruleset: someRuleset(changes) });

describe("ruleset-duration", () => {
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
