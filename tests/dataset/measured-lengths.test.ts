import { describe, expect, it } from "vitest";
import { measuredLengths, needsMeasuring, textLengthsOf, uniquePrompts } from "../../src/dataset/index.ts";
import type { CountedAs } from "../../src/schema/engine.ts";
import { fail, succeed } from "../../src/schema/result.ts";
import type { Sample } from "../../src/schema/sample.ts";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { makeWorkload } from "../support/make-study.ts";
import { loadText, samplesIn } from "./load.ts";

const fixed = (value: number) => ({ distribution: "fixed" as const, value });
const special: Record<CountedAs, number> = { prompt: 1, chat: 12, part: 0 };
/** Pieces of two characters, and what each way of asking adds. */
const tokens = (text: string, as: CountedAs) => special[as] + (text.match(/\s*\S{1,2}/g) ?? []).length;
const textOf = ({ prompt }: Sample) => ("text" in prompt ? prompt.text : "");

async function measure(
  dataset: DatasetDeclaration,
  changes: Partial<Workload> = {},
  change = (samples: Sample[]) => samples,
) {
  const workload = makeWorkload({ dataset, prompt: "text", promptLengths: "engine", ...changes });
  const made = change(samplesIn(await loadText(dataset, { ...workload, samples: 30 })));
  const asked: CountedAs[] = [];
  const measured = await measuredLengths(made, {
    workload,
    lengths: textLengthsOf(workload),
    count: async (text, as) => {
      asked.push(as);
      return succeed(tokens(text, as));
    },
  });
  if (!measured.ok) throw new Error(measured.problem.message);
  return { samples: measured.value, made, asked };
}

describe("lengths by the engine", () => {
  it("of made prompts are exact, with special tokens for a completion and the template for a chat", async () => {
    const declared: DatasetDeclaration = {
      kind: "synthetic",
      input_tokens: { distribution: "uniform", min: 30, max: 90 },
    };
    for (const [endpoint, as] of [
      ["completions", "prompt"],
      ["chat", "chat"],
    ] as const) {
      const { samples, made, asked } = await measure(declared, { endpoint });
      for (const [place, sample] of samples.entries()) {
        expect(tokens(textOf(sample), as)).toBe(made[place]?.promptTokens);
        expect(sample.promptTokens).toBe(made[place]?.promptTokens);
      }
      expect(new Set(asked)).toEqual(new Set([as]));
      expect(asked.length / samples.length).toBeLessThan(6);
    }
  });

  it("keep a shared prefix at its length, the same text for all of a group", async () => {
    const declared: DatasetDeclaration = {
      kind: "synthetic",
      input_tokens: fixed(90),
      shared_prefix_tokens: 40,
      prefix_groups: 2,
    };
    const { samples } = await measure(declared);
    const prefixes = [samples[0]!, samples[1]!].map((own, group) => {
      const other = textOf(samples[group + 2]!);
      let end = 0;
      while (textOf(own)[end] === other[end]) end += 1;
      return textOf(own).slice(0, other.lastIndexOf(" ", end));
    });
    for (const [group, prefix] of prefixes.entries()) {
      expect(tokens(prefix, "part")).toBe(40);
      expect(samples.every((sample, place) => textOf(sample).startsWith(prefix) === (place % 2 === group))).toBe(true);
    }
    expect(samples.every((sample) => tokens(textOf(sample), "prompt") === 90)).toBe(true);
  });

  it("are exact of each message of a conversation, bare, and of its system prompt", async () => {
    const { samples } = await measure(
      { kind: "conversations", input_tokens: fixed(33), system_tokens: 21 },
      { endpoint: "chat" },
    );
    for (const sample of samples) {
      expect(tokens(textOf(sample), "part")).toBe(33);
      expect(tokens(sample.turn?.system ?? "", "part")).toBe(21);
    }
  });

  it("are exact with salts, which stay in front", async () => {
    const { samples } = await measure({ kind: "synthetic", input_tokens: fixed(64) }, { unique: true }, (made) =>
      uniquePrompts(made, 40, "t"),
    );
    expect(samples).toHaveLength(40);
    for (const sample of samples) {
      expect(textOf(sample)).toMatch(/^([a-z]{1,3} ){13}[a-z]{1,3}\n[a-z]+ /);
      expect(tokens(textOf(sample), "prompt")).toBe(64);
    }
    expect(new Set(samples.map(textOf)).size).toBe(40);
  });

  it("of what somebody wrote are counted, and the text is left", async () => {
    const written = [
      { index: 0, prompt: { text: "as it is" }, reference: null, outputTokens: null, promptTokens: null, turn: null },
    ];
    const workload = makeWorkload({ dataset: { kind: "jsonl", path: "x" }, prompt: "text", promptLengths: "engine" });
    const count = async (text: string, as: CountedAs) => succeed(tokens(text, as));
    const measured = await measuredLengths(written, { workload, lengths: textLengthsOf(workload), count });
    expect(measured).toEqual({ ok: true, value: [{ ...written[0], promptTokens: 4 }] });
  });

  it("force ShareGPT's answers to what the engine counts of them, at most max_tokens", async () => {
    const workload = makeWorkload({ dataset: { kind: "sharegpt", path: "x" }, prompt: "text" });
    const lengths = textLengthsOf(workload);
    const written = ["abcdef", "x".repeat(900), ""].map((reference, index) => ({
      index,
      prompt: { text: "q" },
      reference,
      outputTokens: null,
      promptTokens: null,
      turn: null,
    }));
    expect(needsMeasuring(workload, lengths)).toBe(true);
    const measured = await measuredLengths(written, {
      workload,
      lengths,
      count: async (text, as) => succeed(tokens(text, as)),
    });
    expect(measured.ok && measured.value.map(({ outputTokens }) => outputTokens)).toEqual([3, 128, 1]);
    const natural = makeWorkload({ dataset: { kind: "sharegpt", path: "x", output: "natural" }, prompt: "text" });
    expect(needsMeasuring(natural, textLengthsOf(natural))).toBe(false);
  });

  it("end with the first failure, and are not asked for any further", async () => {
    const workload = makeWorkload({
      dataset: { kind: "synthetic", input_tokens: fixed(20) },
      prompt: "text",
      promptLengths: "engine",
    });
    const made = samplesIn(await loadText(workload.dataset, { ...workload, samples: 500 }));
    let counts = 0;
    const lengths = textLengthsOf(workload);
    const count = async () => {
      counts += 1;
      return fail("tokens-not-counted", "no such route", "name it");
    };
    expect(await measuredLengths(made, { workload, lengths, count })).toMatchObject({
      problem: { code: "tokens-not-counted" },
    });
    expect(counts).toBeLessThan(20);
    const stopped = await measuredLengths(made, { workload, lengths, count, signal: AbortSignal.abort() });
    expect(stopped).toMatchObject({ problem: { code: "interrupted" } });
    expect(counts).toBeLessThan(20);
  });
});
