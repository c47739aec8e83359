import { expect, test } from "vitest";
import { strip } from "../../../src/metrics/scorers/python-whitespace.ts";
import { splitSentences } from "../../../src/metrics/scorers/sentence-splitter.ts";
import { readParity, type RougeParity } from "./parity-data.ts";

function join(text: string): string {
  return splitSentences(strip(text)).join("\n");
}

test("equals nltk's punkt on every text of the reference results", () => {
  const { pairs } = readParity<RougeParity>("rouge.json");
  expect(pairs.length).toBe(57);
  for (const pair of pairs) {
    expect(join(pair.prediction)).toBe(pair.after_sentence_split_prediction);
    expect(join(pair.reference)).toBe(pair.after_sentence_split_reference);
  }
});

// What nltk 3.8.1 answers, with the same tables.
test.each<[string, string[]]>([
  ["", []],
  ["  \n ", []],
  ["No end", ["No end"]],
  ["One.", ["One."]],
  ["  Padded.   Twice.  ", ["  Padded.", "Twice."]],
  ["First line.\nSecond line", ["First line.", "Second line"]],
  [
    "Dr. Smith met Mr. Jones. They left at 5 p.m. on Monday.",
    ["Dr. Smith met Mr. Jones.", "They left at 5 p.m. on Monday."],
  ],
  ["He lives in the U.S. The weather is fine.", ["He lives in the U.S.", "The weather is fine."]],
  ["He lives in the U.S. and works.", ["He lives in the U.S. and works."]],
  ["J. Bach wrote it. B. Smith sang.", ["J. Bach wrote it.", "B. Smith sang."]],
  ["Prices rose to No. 10 on Sept. 5. Sales fell.", ["Prices rose to No.", "10 on Sept. 5.", "Sales fell."]],
])("splits %j", (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences);
});

test.each<[string, string[]]>([
  ["Very bad acting!!! I promise.", ["Very bad acting!!!", "I promise."]],
  ["What?No. Yes!Maybe", ["What?No.", "Yes!Maybe"]],
  ["Wait... The end. And... so on.", ["Wait...", "The end.", "And... so on."]],
  ["(It rained.) Then it stopped.", ["(It rained.)", "Then it stopped."]],
  ['He said "Stop!" Then he left.', ['He said "Stop!"', "Then he left."]],
])("keeps marks together: %j", (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences);
});

test.each<[string, string[]]>([
  ["Он ушёл. Она осталась.", ["Он ушёл.", "Она осталась."]],
  ["Yes.\u00a0No.", ["Yes.", "No."]],
  ["Yes.\u001cNo.", ["Yes.", "No."]],
  ["Yes.\ufeffNo. Good.", ["Yes.\ufeffNo.", "Good."]],
])("takes letters and white space as Python does: %j", (text, sentences) => {
  expect(splitSentences(text)).toEqual(sentences);
});
