import { describe, expect, it } from "vitest";
import { plainSample, type Sample } from "../../src/schema/sample.ts";

describe("plainSample", () => {
  it("keeps every member, so that a worker sends what the sample says", () => {
    const sample: Required<Sample> = {
      index: 3,
      prompt: { text: "a" },
      reference: "b",
      outputTokens: null,
      mostTokens: 7,
      promptTokens: null,
      aboutPromptTokens: 1,
      turn: null,
    };
    expect(plainSample(sample)).toEqual(sample);
  });
});
