import { describe, expect, it } from "vitest";
import { saltOf, uniquePrompts } from "../../src/dataset/unique-prompts.ts";
import { plainSample, type Sample } from "../../src/schema/sample.ts";

const sample = (index: number, changes: Partial<Sample> = {}): Sample => ({
  index,
  prompt: { text: "the same text" },
  reference: null,
  outputTokens: null,
  promptTokens: null,
  turn: null,
  ...changes,
});
const textOf = ({ prompt }: Sample) => ("text" in prompt ? prompt.text : "");
const tokensOf = ({ prompt }: Sample) => ("tokens" in prompt ? prompt.tokens : []);
const turn = (conversation: number, place: number, system: string | null = null) => ({
  turn: { conversation, turn: place, system, thinkS: 0 },
});

describe("unique prompts", () => {
  it("are as many as the requests, cycled, each text behind a line of its own", () => {
    const unique = uniquePrompts([sample(0), sample(1), sample(2)], 1000, "trial");
    expect(unique.map(({ index }) => index)).toEqual(Array.from({ length: 1000 }, (_, place) => place % 3));
    const texts = unique.map(textOf);
    expect(texts.every((text) => /^([a-z]+ ){13}[a-z]+\nthe same text$/.test(text))).toBe(true);
    expect(new Set(texts).size).toBe(1000);
    expect(texts.map((text) => text.slice(saltOf(text).length))).toEqual(texts.map(() => "the same text"));
    // Neighbours part at once: what a cache could share is nothing.
    expect(new Set(texts.slice(0, 16).map((text) => text.split(" ")[0])).size).toBe(16);
  });

  it("are the same for the same trial, and others for another", () => {
    const of = (trial: string) => uniquePrompts([sample(0)], 50, trial).map(textOf);
    expect(of("t1")).toEqual(of("t1"));
    expect(of("t1").filter((text) => of("t2").includes(text))).toEqual([]);
  });

  it("keep the length of token ids and all but the second to the seventh", () => {
    const tokens = Array.from({ length: 40 }, (_, place) => 16 + place);
    const unique = uniquePrompts([sample(0, { prompt: { tokens }, promptTokens: 40 })], 2000, "trial");
    expect(new Set(unique.map((one) => tokensOf(one).slice(0, 4).join())).size).toBe(2000);
    for (const one of unique) {
      expect(tokensOf(one)).toHaveLength(40);
      expect([tokensOf(one)[0], ...tokensOf(one).slice(7)]).toEqual([16, ...tokens.slice(7)]);
      expect(tokensOf(one).every((id) => id >= 16 && id < 496)).toBe(true);
      expect(one.promptTokens).toBe(40);
    }
    expect(tokensOf(uniquePrompts([sample(0, { prompt: { tokens: [7, 8] } })], 1, "trial")[0]!)).toHaveLength(2);
  });

  it("salt a conversation once, whole, and number it anew in each round", () => {
    const samples = [
      sample(0, turn(0, 0)),
      sample(1, turn(0, 1)),
      sample(2, turn(1, 0, "S")),
      sample(3, turn(1, 1, "S")),
    ];
    const unique = uniquePrompts(samples, 5, "trial");
    expect(unique.map((one) => [one.turn?.conversation, one.turn?.turn])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(unique.map((one) => saltOf(textOf(one)) !== "")).toEqual([true, false, false, false, true, false]);
    const systems = unique.map((one) => one.turn?.system ?? null);
    expect(systems[2]).toMatch(/\nS$/);
    expect(systems).toEqual([null, null, systems[2], systems[2], null, null]);
    expect(saltOf(textOf(unique[0]!))).not.toBe(saltOf(textOf(unique[4]!)));
  });

  it("survive being sent to a worker", () => {
    const unique = uniquePrompts([sample(0)], 3, "trial");
    const sent = structuredClone(unique.map(plainSample));
    expect(sent.map(textOf)).toEqual(unique.map(textOf));
    expect(sent[2]).toMatchObject({ ...sample(0), prompt: { text: textOf(unique[2]!) } });
  });
});
