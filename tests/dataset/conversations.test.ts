import { describe, expect, it } from "vitest";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import { loadText, samplesIn } from "./load.ts";

const fixed = (value: number) => ({ distribution: "fixed" as const, value });
const declared: DatasetDeclaration = { kind: "conversations", input_tokens: fixed(6), output_tokens: fixed(9) };

describe("made conversations", () => {
  it("have 3 to 5 turns that lie behind each other, whole, and at least as many as are asked for", async () => {
    const samples = samplesIn(await loadText(declared, { samples: 400 }));
    const turns = [...Map.groupBy(samples, ({ turn }) => turn?.conversation).values()];
    const last = turns.at(-1) ?? [];
    expect(samples.length).toBeGreaterThanOrEqual(400);
    expect(samples.length - last.length).toBeLessThan(400);
    expect(samples.map(({ index }) => index)).toEqual(samples.map((_, place) => place));
    expect(turns.flat()).toEqual(samples);
    for (const one of turns) expect(one.map(({ turn }) => turn?.turn)).toEqual(one.map((_, place) => place));
    // 400 turns are about 100 conversations: each of the three counts comes up 33 times, less than 15 once in 10⁵.
    const counts = Map.groupBy(turns, ({ length }) => length);
    expect([...counts.keys()].toSorted()).toEqual([3, 4, 5]);
    for (const found of counts.values()) expect(found.length).toBeGreaterThan(15);
  });

  it("are the same for the same seed, and others for another", async () => {
    const first = await loadText(declared);
    expect(await loadText(declared)).toEqual(first);
    const other = await loadText(declared, { seed: 8 });
    expect(samplesIn(other)[0]?.prompt).not.toEqual(samplesIn(first)[0]?.prompt);
  });

  it("ask questions of the declared length, and have answers of theirs, at most max_tokens", async () => {
    const samples = samplesIn(await loadText({ ...declared, output_tokens: fixed(900) }));
    for (const { prompt, outputTokens, promptTokens, aboutPromptTokens } of samples) {
      expect("text" in prompt && prompt.text.split(" ")).toHaveLength(6);
      expect(outputTokens).toBe(128);
      expect(promptTokens).toBeNull();
      expect(aboutPromptTokens).toBeGreaterThan(0);
    }
    const measured = samplesIn(await loadText(declared, { promptLengths: "engine" }));
    expect(measured.every(({ promptTokens }) => promptTokens === 6)).toBe(true);
  });

  it("think before each turn but the first", async () => {
    const think: DatasetDeclaration = { ...declared, think_s: { distribution: "exponential", mean: 4 } };
    const samples = samplesIn(await loadText(think, { samples: 2000 }));
    const later = samples.filter(({ turn }) => turn?.turn !== 0).map(({ turn }) => turn?.thinkS ?? 0);
    expect(samples.filter(({ turn }) => turn?.turn === 0).every(({ turn }) => turn?.thinkS === 0)).toBe(true);
    // About 1500 draws: the standard error of the mean is 4 ÷ √1500 = 0.10.
    expect(Math.abs(later.reduce((sum, one) => sum + one, 0) / later.length - 4)).toBeLessThan(0.5);
    expect(samplesIn(await loadText(declared)).every(({ turn }) => turn?.thinkS === 0)).toBe(true);
  });

  it("share system prompts in groups that are dealt out in turn", async () => {
    const grouped: DatasetDeclaration = { ...declared, system_tokens: 11, system_groups: 3 };
    const samples = samplesIn(await loadText(grouped, { samples: 60 }));
    const systems = new Map(samples.map(({ turn }) => [(turn?.conversation ?? 0) % 3, turn?.system]));
    expect(new Set(systems.values()).size).toBe(3);
    for (const { turn } of samples) {
      expect(turn?.system).toBe(systems.get((turn?.conversation ?? 0) % 3));
      expect(turn?.system?.split(" ")).toHaveLength(11);
    }
    expect(samplesIn(await loadText(declared))[0]?.turn?.system).toBeNull();
  });

  it("are text: token ids are refused", async () => {
    expect(await loadText(declared, { prompt: "tokens" })).toMatchObject({
      ok: false,
      problem: { code: "dataset-is-text" },
    });
  });
});
