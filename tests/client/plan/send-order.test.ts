import { describe, expect, it } from "vitest";
import { sendUnits, type SendOrder } from "../../../src/client/plan/send-order.ts";
import type { Sample } from "../../../src/schema/sample.ts";
import { someSamples, textSample } from "../../support/completions.ts";
import { conversation } from "../../support/phase.ts";

const samples = ["aaa", "a", "aa", "b"].map((text, index) => textSample(index, text));
const sendSequence = (of: readonly Sample[], requests: number, order: SendOrder, seed: number) =>
  sendUnits(of, requests, order, { classes: [], seed }).flat();
const indexes = (sequence: readonly { index: number }[]): number[] => sequence.map(({ index }) => index);

describe("sendUnits", () => {
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

describe("sendUnits of conversations", () => {
  const three = [...conversation(0, 3), ...conversation(1, 2), ...someSamples(1)];

  it("keeps each whole, the last too, and goes round", () => {
    const units = sendUnits(three, 7, "declared", { classes: [], seed: 1 });
    expect(units.map((unit) => unit.map(({ index }) => index))).toEqual([[0, 1, 2], [10, 11], [0], [0, 1, 2]]);
    expect(sendUnits(three, 1, "declared", { classes: [], seed: 1 }).flat()).toHaveLength(3);
  });

  it("keeps each whole in any order", () => {
    const many = Array.from({ length: 20 }, (_, number) => conversation(number, 2 + (number % 3))).flat();
    const shuffled = sendUnits(many, many.length, "shuffled", { classes: [], seed: 5 });
    expect(shuffled.map(([first]) => first?.turn?.conversation)).not.toEqual(Array.from({ length: 20 }, (_, at) => at));
    for (const unit of shuffled) {
      expect(unit.map(({ turn }) => turn?.turn)).toEqual(Array.from({ length: unit.length }, (_, turn) => turn));
      expect(new Set(unit.map(({ turn }) => turn?.conversation)).size).toBe(1);
    }
    expect(sendUnits(three, 6, "shortest_first", { classes: [], seed: 1 }).map(({ length }) => length)).toEqual([
      2, 3, 1,
    ]);
  });
});
