import { expect, test } from "vitest";
import { porterStem } from "../../../src/metrics/scorers/porter-stemmer.ts";
import { readParity } from "./parity-data.ts";

test("equals nltk's PorterStemmer on every word of the reference list", () => {
  const { words } = readParity<{ words: Record<string, string> }>("porter.json");
  const expected = Object.entries(words);
  expect(expected.length).toBe(4000);
  expect(expected.filter(([word, stem]) => porterStem(word) !== stem)).toEqual([]);
});

test.each([
  ["caresses", "caress"],
  ["ponies", "poni"],
  ["agreed", "agre"],
  ["feed", "feed"],
  ["plastered", "plaster"],
  ["motoring", "motor"],
  ["sing", "sing"],
  ["conflated", "conflat"],
  ["hopping", "hop"],
  ["hissing", "hiss"],
  ["failing", "fail"],
  ["filing", "file"],
  ["relational", "relat"],
  ["vietnamization", "vietnam"],
  ["adoption", "adopt"],
  ["opinion", "opinion"],
  ["controlling", "control"],
  ["generalizations", "gener"],
])("follows Porter's paper: %s -> %s", (word, stem) => {
  expect(porterStem(word)).toBe(stem);
});

test.each([
  ["dies", "die"],
  ["died", "die"],
  ["spied", "spi"],
  ["enjoy", "enjoy"],
  ["happily", "happili"],
  ["geology", "geolog"],
  ["geologi", "geolog"],
  ["skies", "sky"],
  ["using", "use"],
])("follows NLTK's extensions: %s -> %s", (word, stem) => {
  expect(porterStem(word)).toBe(stem);
});

test("lowercases, but finds irregular forms only in lower case", () => {
  expect(porterStem("Running")).toBe("run");
  expect(porterStem("news")).toBe("news");
  expect(porterStem("News")).toBe("new");
});

test("leaves words of one or two letters and the empty word", () => {
  expect(["", "s", "as", "2s"].map(porterStem)).toEqual(["", "s", "as", "2s"]);
});

test("takes a property name of Object for a word like any other", () => {
  expect(porterStem("constructor")).toBe("constructor");
});
