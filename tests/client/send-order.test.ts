import { describe, expect, it } from "vitest";
import { sendSequence } from "../../src/client/send-order.ts";
import { warmUpSequence } from "../../src/client/warm-up.ts";
import { someSamples, textSample } from "../support/completions.ts";

const samples = ["aaa", "a", "aa", "b"].map((text, index) => textSample(index, text));
const indexes = (sequence: readonly { index: number }[]): number[] => sequence.map(({ index }) => index);

describe("sendSequence", () => {
  it("keeps the dataset's order and cycles", () => {
    expect(indexes(sendSequence(samples, 6, "declared", 1))).toEqual([0, 1, 2, 3, 0, 1]);
    expect(indexes(sendSequence(samples, 2, "declared", 1))).toEqual([0, 1]);
  });

  it("sorts by length, equal ones in the dataset's order", () => {
    expect(indexes(sendSequence(samples, 5, "shortest_first", 1))).toEqual([1, 3, 2, 0, 0]);
    expect(indexes(sendSequence(samples, 5, "longest_first", 1))).toEqual([0, 0, 2, 1, 3]);
  });

  it("goes by tokens where the dataset knows them of all", () => {
    const known = samples.map((sample, index) => ({ ...sample, promptTokens: 10 - index }));
    expect(indexes(sendSequence(known, 4, "shortest_first", 1))).toEqual([3, 2, 1, 0]);
    const oneUnknown = known.map((sample, index) => (index === 0 ? { ...sample, promptTokens: null } : sample));
    expect(indexes(sendSequence(oneUnknown, 4, "shortest_first", 1))).toEqual([1, 3, 2, 0]);
  });

  it("shuffles by the seed", () => {
    const many = someSamples(30);
    const once = indexes(sendSequence(many, 60, "shuffled", 7));
    expect(indexes(sendSequence(many, 60, "shuffled", 7))).toEqual(once);
    expect(indexes(sendSequence(many, 60, "shuffled", 8))).not.toEqual(once);
    expect(once.toSorted((a, b) => a - b)).toEqual(
      indexes(sendSequence(many, 60, "declared", 7)).toSorted((a, b) => a - b),
    );
  });
});

describe("warmUpSequence", () => {
  it("asks the longest prompts first and cycles", () => {
    expect(indexes(warmUpSequence(samples, 2))).toEqual([0, 2]);
    expect(indexes(warmUpSequence(samples, 6))).toEqual([0, 2, 1, 3, 0, 2]);
  });

  it("turns each prompt round, so that it is as long and shares no beginning", () => {
    const tokens = { ...textSample(0), prompt: { tokens: [1, 2, 3, 4, 5] } };
    expect(warmUpSequence([tokens], 1)[0]?.prompt).toEqual({ tokens: [3, 4, 5, 1, 2] });
    expect(warmUpSequence([textSample(0, "abcdef")], 1)[0]?.prompt).toEqual({ text: "defabc" });
    // The cut falls inside the second face: no half of a character is sent.
    const { prompt } = warmUpSequence([textSample(0, "🙂🙂🙂")], 1)[0]!;
    expect("text" in prompt && prompt.text.isWellFormed()).toBe(true);
  });
});
