import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import type { WarmUp } from "../../src/schema/observation.ts";
import { checkOf, input, seen } from "../support/judged-trials.ts";

const workload = { ...input().workload, warmupUntilSteady: { cv: 0.05, over: 30, longestS: 60 } };
const ended = (warmUp: Partial<WarmUp>): Partial<JudgeInput> => ({
  workload,
  observation: seen(200, 0, { warmUp: { steady: true, requests: 45, tookS: 12, cv: 0.031, ...warmUp } }),
});

describe("warmed-up", () => {
  it("passes where the gate opened, and tells the spread", () => {
    expect(checkOf("warmed-up", ended({}))).toMatchObject({
      status: "pass",
      value: 3.1,
      limit: 5,
      unit: "%",
      message:
        "block means of the time per token of the last 30 requests differ by 3.1 % (coefficient of variation) after 45 requests in 12 s of warm-up, below the limit of 5 %",
    });
  });

  it("fails at every fidelity where the longest wait was over first", () => {
    expect(checkOf("warmed-up", ended({ steady: false, tookS: 60.5, cv: 0.12 }))).toMatchObject({
      status: "fail",
      value: 12,
      margin: -7,
      message: expect.stringMatching(/^not steady after the longest wait of 60 s: .* differ by 12 %/),
      remedy: expect.stringContaining("longest_s"),
    });
    expect(checkOf("warmed-up", ended({ steady: false, requests: 3, cv: null }))).toMatchObject({
      status: "fail",
      value: null,
      message: expect.stringContaining("too few of 3 requests"),
    });
  });

  it("is none without a gate", () => {
    expect(checkOf("warmed-up", {})).toBeUndefined();
  });
});
