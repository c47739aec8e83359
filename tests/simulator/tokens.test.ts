import { describe, expect, it } from "vitest";
import { draw, fractionOf, hashIds, misspoken, speechOf, tokenize } from "../../src/simulator/tokens.ts";

const vocab = 128_256;
const english = "The committee said on Tuesday that it would publish the report before the end of the month. ".repeat(
  20,
);

describe("tokenize", () => {
  it("is deterministic, loses nothing, and makes about a token of four characters", () => {
    const { ids, pieces } = tokenize(english, vocab);
    expect(tokenize(english, vocab).ids).toEqual(ids);
    expect(pieces!.join("")).toBe(english);
    expect(english.length / ids.length).toBeGreaterThan(3);
    expect(english.length / ids.length).toBeLessThan(6);
    expect(ids.every((id) => id >= 256 && id < vocab)).toBe(true);
  });

  it("gives equal prefixes equal ids", () => {
    const [one, two] = [tokenize("shared words then this", vocab), tokenize("shared words then that", vocab)];
    expect(one.ids.slice(0, 3)).toEqual(two.ids.slice(0, 3));
    expect(one.ids.at(-1)).not.toBe(two.ids.at(-1));
  });
});

const say = (speech: ReturnType<typeof speechOf>, count: number) =>
  Array.from({ length: count }, (_, at) => speech.text(at)).join("");

describe("speechOf", () => {
  it("copies a text from after its first blank line", () => {
    const speech = speechOf(tokenize("Summarise this.\n\nA fox ran off. It was red.", vocab), vocab, 0);
    expect(say(speech, 7)).toBe(" A fox ran off. It was red.");
    expect(say(speech, 8)).toBe(" A fox ran off. It was red. A");
  });

  it("says words named after ids to a prompt of ids, the same each time and others to another prompt", () => {
    const ids = [5, 6, 7];
    const speech = speechOf({ ids, pieces: null }, vocab, 0);
    expect(speech.text(3)).toBe(` w${speech.id(3)}`);
    expect(say(speechOf({ ids, pieces: null }, vocab, 0), 5)).toBe(say(speech, 5));
    expect(say(speechOf({ ids: [5, 6, 8], pieces: null }, vocab, 0), 5)).not.toBe(say(speech, 5));
  });
});

describe("misspoken", () => {
  it("says a share of the pieces wrong, the same ones each time, and keeps their number and blanks", () => {
    const prompt = tokenize(`Copy.\n\n${"some words of this text ".repeat(200)}`, vocab);
    const right = speechOf(prompt, vocab, 0);
    const wrong = misspoken(right, 0.1, prompt);
    const places = Array.from({ length: 900 }, (_, at) => at).filter((at) => wrong.text(at) !== right.text(at));
    expect(places.length).toBeGreaterThan(50);
    expect(places.length).toBeLessThan(140);
    expect(wrong.text(places[0]!)).toMatch(/^\s*zzz$/);
    expect(say(misspoken(right, 0.1, prompt), 900)).toBe(say(wrong, 900));
    expect(misspoken(right, 0, prompt)).toBe(right);
  });
});

describe("hashes", () => {
  it("depend on every id and on what went before", () => {
    const ids = Array.from({ length: 32 }, (_, at) => at);
    const changed = ids.with(13, 99);
    expect(hashIds(0, ids, 0, 16)).not.toBe(hashIds(0, changed, 0, 16));
    expect(hashIds(1, ids, 16, 32)).not.toBe(hashIds(2, ids, 16, 32));
    const many = new Set(Array.from({ length: 20_000 }, (_, at) => hashIds(at, [at % 7, 3], 0, 2)));
    expect(many.size).toBe(20_000);
    expect([...many].every(Number.isSafeInteger)).toBe(true);
  });

  it("spread evenly over [0, 1)", () => {
    const draws = Array.from({ length: 4000 }, (_, n) => draw(42, n));
    const fractions = Array.from({ length: 4000 }, (_, n) => fractionOf([n, n + 1], 0));
    for (const values of [draws, fractions]) {
      const inLowerHalf = values.filter((value) => value < 0.5).length;
      expect(inLowerHalf).toBeGreaterThan(1850);
      expect(inLowerHalf).toBeLessThan(2150);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...values)).toBeLessThan(1);
    }
  });
});
