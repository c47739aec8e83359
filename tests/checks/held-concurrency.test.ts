import { describe, expect, it } from "vitest";
import type { JudgeInput } from "../../src/checks/index.ts";
import { checkOf, offline, seen } from "../support/judged-trials.ts";

const held = (heldMean: number): Partial<JudgeInput> => ({
  observation: seen(200, 0, { inFlight: { asked: 100, heldMean, heldMax: 100 } }),
});

describe("held-concurrency", () => {
  it("wants nine tenths of what was asked", () => {
    expect(checkOf("held-concurrency", held(90))).toMatchObject({ status: "pass", limit: 90, margin: 0 });
    expect(checkOf("held-concurrency", held(67))).toMatchObject({
      status: "fail",
      message: "67 of 100 requests were kept in flight on average, and at least 90 are asked for",
    });
  });
  it("is none in Offline", () => {
    expect(checkOf("held-concurrency", { ...held(3), workload: offline })).toBeUndefined();
  });
});
