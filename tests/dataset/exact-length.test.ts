import { describe, expect, it } from "vitest";
import { fitText, lengthNotMet } from "../../src/dataset/exact-length.ts";
import { fail, succeed } from "../../src/schema/result.ts";
import { tokenize } from "../../src/simulator/tokens.ts";

const words = (count: number) => Array.from({ length: count }, (_, place) => `w${16 + ((place * 7919) % 480)}`);

/** Tokenizers that differ in all that matters here: what a word costs, what is added, what merges. */
const tokenizers: Record<string, (text: string) => number> = {
  "a token a word": (text) => text.trim().split(/\s+/).length,
  "and a special token at the start": (text) => 1 + text.trim().split(/\s+/).length,
  "a chat template of 23 tokens": (text) => 23 + tokenize(text, 32_000).ids.length,
  "pieces of six characters": (text) => tokenize(text, 32_000).ids.length,
  "a token a character": (text) => text.length,
  "pieces of two characters": (text) => (text.match(/\s*\S{1,2}/g) ?? []).length,
  "runs of one letter as one token": (text) => (text.match(/\s*(\S)\1*/g) ?? []).length,
  "fillers that merge with each other": (text) => (text.replaceAll(/( a)+/g, " a").match(/\s*\S{1,3}/g) ?? []).length,
};

describe("a text of exactly so many tokens", () => {
  it.each(Object.entries(tokenizers))("is found: %s", async (_name, tokens) => {
    for (const asked of [40, 41, 128, 129, 1000]) {
      let counts = 0;
      const count = async (text: string) => {
        counts += 1;
        return succeed(tokens(text));
      };
      const fitted = await fitText({ head: "head of it\n", headTokens: 4, words: words(asked) }, asked, count);
      if (!fitted.ok) throw new Error(`${asked}: ${fitted.problem.message}`);
      expect(tokens(fitted.value.text)).toBe(asked);
      expect(fitted.value.tokens).toBe(asked);
      expect(fitted.value.text.startsWith("head of it\nw16 ")).toBe(true);
      expect(counts).toBeLessThanOrEqual(12);
    }
  });

  it("is the nearest where there is none, which a failure can say", async () => {
    const even = async (text: string) => succeed(2 * text.length);
    const fitted = await fitText({ head: "", headTokens: 0, words: words(51) }, 51, even);
    const nearest = fitted.ok ? fitted.value : { text: "", tokens: 0 };
    expect(nearest.tokens).toBe(2 * nearest.text.length);
    expect(Math.abs(nearest.tokens - 51)).toBeLessThan(10);
    expect(lengthNotMet(51, nearest)).toMatchObject({
      ok: false,
      problem: {
        code: "length-not-met",
        message: expect.stringMatching(/exactly 51 tokens: the nearest has \d+/) as string,
      },
    });
    const templated = async (text: string) => succeed(30 + text.length);
    const shortest = await fitText({ head: "", headTokens: 0, words: words(10) }, 10, templated);
    expect(shortest).toMatchObject({ ok: true, value: { text: "w16", tokens: 33 } });
  });

  it("hands on why there is no count", async () => {
    const fitted = await fitText({ head: "", headTokens: 0, words: words(5) }, 5, async () =>
      fail("no-route", "x", "y"),
    );
    expect(fitted).toMatchObject({ ok: false, problem: { code: "no-route" } });
  });
});
