import { describe, expect, it } from "vitest";
import { conversationsOf, plainSample, type Sample } from "../../src/schema/sample.ts";
import { someSamples } from "../support/completions.ts";
import { conversation } from "../support/phase.ts";

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
      images: { count: 1, width: 2, height: 2, seed: "a" },
      class: "chat",
    };
    expect(plainSample(sample)).toEqual(sample);
  });
});

describe("conversationsOf", () => {
  it("knows where one ends: another number, an earlier turn, a single question", () => {
    const again = [...conversation(4, 2), ...conversation(4, 2), ...conversation(4, 2).slice(1), ...someSamples(2)];
    expect(conversationsOf(again).map(({ length }) => length)).toEqual([2, 2, 1, 1, 1]);
    // A selection that begins in the middle of a conversation.
    expect(conversationsOf(conversation(4, 5).slice(2)).map(({ length }) => length)).toEqual([3]);
  });
});
