import { expect, it } from "vitest";
import { diagnose } from "../study-fixture.ts";

/** Words of the YAML library that no author of a matrix should have to know. */
const jargon = /mapping|implicit|flow|block|scalar|token|plain value|node|sequence|collection/i;

it.each([
  ["a value with a colon", "study: a\nquestion: why: now\n", "`: ` in it is not in quotes", 'quotes: "why: now"'],
  ["the same within quotes", 'question: the "why": now # c\n', "`: ` in it is not in quotes", `'the "why": now'`],
  ["a value with a colon in brackets", "sut: { engine: a: b, model: m }\n", "a comma is missing here, or", "by commas"],
  ["a comma that is missing", "sut: { engine: a model: m }\n", "a comma is missing here, or", "by commas"],
  [
    "a value and an indented map",
    "sut: a\n  model: m\n",
    "this line has a value, and the lines below it",
    "indent them",
  ],
  ["a list on the line of its key", "gates: - a\n", "a list begins on the line of its key", "next line"],
  ["a list in brackets with a dash", "sut: {\n  a:\n    - c\n}\n", "a list with `-` cannot stand within", "[a, b]"],
  ["uneven items", "gates:\n  - a\n - b\n", "items of this list are indented differently", "same column"],
  ["uneven keys", "sut:\n    engine: a\n  model: b\n", "this line is indented differently", "same column"],
  ["a line without a colon", "study: a\nquestion\nsut: {}\n", "this line has no `: `", "key: value"],
  ["the last line without a colon", "study: a\nquestion\n", "this line has no `: `", "key: value"],
  ["a colon without a space", "study:a\nquestion: b\n", "this line has no `: `", "space after the colon"],
  ["a map that is not closed", "sut: { a: 1\nbaseline: {}\n", "`}` is missing", "close it"],
  ["a list that is not closed", "sut: [a\nbaseline: {}\n", "`]` is missing", "close it"],
  ["a bracket too many", "sut: { a: 1 }}\n", "this bracket closes nothing", "remove it"],
  ["a comma too many", "sut: { a: 1,, b: 2 }\n", "this comma separates nothing", "remove it"],
  ["a text that begins with a bracket", "question: [why] now\n", "the value has ended already", "in quotes"],
  ["an apostrophe in single quotes", "question: 'don't'\n", "the value has ended already", "in quotes"],
  ["a sign that begins no value", "question: @me\n", "a value cannot begin with `@`", "in quotes"],
  ["a star", "question: * is what\n", "begins with `*` or `&`", "in quotes"],
  ["a star before a name", "question: *.yaml\n", "no anchor `&.yaml`", "in quotes"],
  ["a backslash", 'question: "\\d"\n', "`\\d` means nothing within double quotes", "single quotes"],
  ["a quote that is not closed", 'question: "why\nsut: {}\n', 'the " at its end is missing', "close it"],
  ["a comment without a space", "gates: [a]#b\n", "a comment begins without a space", "space before the `#`"],
])("%s is said in plain words", (_, text, message, hint) => {
  const [first] = diagnose({ "matrices/a.yaml": text });
  expect(first?.message).toContain(message);
  expect(first?.hint).toContain(hint);
  expect(`${first?.message} ${first?.hint}`).not.toMatch(jargon);
});
