import { describe, expect, it } from "vitest";
import { checkOf, seen, specOf } from "../support/judged-trials.ts";
import { someRuleset } from "../support/rulesets.ts";

const judged = (total: number, changes: Parameters<typeof someRuleset>[0] = {}) =>
  checkOf("ruleset-queries", {
    spec: specOf({ fidelity: "valid" }),
    observation: seen(total),
    ruleset: someRuleset(changes),
  });

describe("ruleset-queries", () => {
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
