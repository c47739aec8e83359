import { describe, expect, it } from "vitest";
import { firstToken, textOfTokens, tokenCount } from "../../src/dataset/made-text.ts";
import { tokenize } from "../../src/simulator/tokens.ts";

describe("the words of made texts", () => {
  it("are one for each id, none twice, and each one piece of the simulated engine", () => {
    const words = Array.from({ length: tokenCount }, (_, place) => textOfTokens([firstToken + place]));
    expect(new Set(words).size).toBe(tokenCount);
    expect(words.every((word) => /^[a-z]{1,6}$/.test(word))).toBe(true);
    expect(tokenize(words.join(" "), 32_000).ids).toHaveLength(tokenCount);
  });
});
