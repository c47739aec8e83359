import { describe, expect, it } from "vitest";
import { staggered, unscoredUnits, warmUpUnits } from "../../../src/client/plan/warm-up.ts";
import { someSamples, textSample } from "../../support/completions.ts";
import { conversation } from "../../support/phase.ts";

const samples = ["aaa", "a", "aa", "b"].map((text, index) => textSample(index, text));
const indexes = (sequence: readonly { index: number }[]): number[] => sequence.map(({ index }) => index);

const mix = { classes: [], seed: 1 };

describe("warmUpUnits", () => {
  it("asks the longest prompts first and cycles", () => {
    expect(indexes(warmUpUnits(samples, 2, { ...mix, units: 1 }).flat())).toEqual([0, 2]);
    expect(indexes(warmUpUnits(samples, 2, { ...mix, units: 6 }).flat())).toEqual([0, 2, 1, 3, 0, 2]);
  });

  it("turns each prompt round, so that it is as long and shares no beginning", () => {
    const tokens = { ...textSample(0), prompt: { tokens: [1, 2, 3, 4, 5] } };
    expect(warmUpUnits([tokens], 1, { ...mix, units: 1 })[0]?.[0]?.prompt).toEqual({ tokens: [3, 4, 5, 1, 2] });
    expect(warmUpUnits([textSample(0, "abcdef")], 1, { ...mix, units: 1 })[0]?.[0]?.prompt).toEqual({ text: "defabc" });
    // The cut falls inside the second face: no half of a character is sent.
    const { prompt } = warmUpUnits([textSample(0, "🙂🙂🙂")], 1, { ...mix, units: 1 })[0]![0]!;
    expect("text" in prompt && prompt.text.isWellFormed()).toBe(true);
  });

  it("takes whole conversations, the longest first, in which nobody thinks and whose system prompt is turned round too", () => {
    const talks = [...conversation(0, 2), ...conversation(1, 3, { system: "abcd", thinkS: 9 })];
    const units = warmUpUnits(talks, 4, { ...mix, units: 1 });
    expect(units.map((unit) => unit.length)).toEqual([3, 2]);
    expect(units[0]![1]).toMatchObject({
      prompt: { text: "t1c1" },
      turn: { conversation: 1, turn: 1, system: "cdab", thinkS: 0 },
    });
    expect(warmUpUnits(talks, 1, { ...mix, units: 3 }).map((unit) => unit.length)).toEqual([3, 2, 3]);
  });
});

describe("unscoredUnits", () => {
  it("goes on after the first with the dataset in an order of its own", () => {
    const some = { least: { requests: 11 }, classes: [], seed: 3, what: "warm-up" } as const;
    const units = unscoredUnits(samples, warmUpUnits(samples, 2, { ...mix, units: 1 }), some);
    const order = indexes(units.flat());
    expect(order.slice(0, 2)).toEqual([0, 2]);
    expect(order).toHaveLength(11);
    expect(order.slice(2, 6).toSorted()).toEqual([0, 1, 2, 3]);
    expect(order.slice(6, 10)).toEqual(order.slice(2, 6));
    expect(unscoredUnits(samples, warmUpUnits(samples, 2, { ...mix, units: 1 }), some)).toEqual(units);
  });

  it("has as many conversations as a schedule has times, whatever their turns", () => {
    const some = { least: { units: 7 }, classes: [], seed: 3, what: "tail" } as const;
    expect(unscoredUnits(conversation(0, 6), [], some)).toHaveLength(7);
  });

  it("keeps the user's time to think, since the measured load follows without a pause", () => {
    const units = unscoredUnits(conversation(1, 3, { thinkS: 9 }), [], {
      least: { requests: 3 },
      seed: 1,
      what: "tail",
      classes: [],
    });
    expect(units[0]!.map(({ turn }) => turn?.thinkS)).toEqual([0, 9, 9]);
  });
});

describe("staggered", () => {
  it("gives the first wave a rising share of its answers, so that streams of equal length do not march in step", () => {
    const equal = someSamples(6).map((sample) => [{ ...sample, outputTokens: 100 }]);
    expect(staggered(equal, 4, 16).map(([sample]) => sample?.outputTokens)).toEqual([25, 50, 75, 100, 100, 100]);
    const natural = staggered(
      someSamples(3).map((sample) => [sample]),
      2,
      16,
    );
    expect(natural.map(([sample]) => [sample?.outputTokens, sample?.mostTokens])).toEqual([
      [null, 8],
      [null, undefined],
      [null, undefined],
    ]);
  });

  it("gives a conversation its first turns", () => {
    const talks = [1, 2, 3, 4].map((number) =>
      conversation(number, 4).map((sample) => ({ ...sample, outputTokens: 10 })),
    );
    expect(staggered(talks, 8, 16).map((unit) => unit.map(({ outputTokens }) => outputTokens))).toEqual([
      [10],
      [10, 10],
      [10, 10, 10],
      [10, 10, 10, 10],
    ]);
    expect(staggered(talks.slice(0, 3), 3, 16).map((unit) => unit.map(({ outputTokens }) => outputTokens))).toEqual([
      [10, 4],
      [10, 10, 7],
      [10, 10, 10, 10],
    ]);
  });
});
