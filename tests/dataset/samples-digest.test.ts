import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { digestOf } from "../../src/dataset/samples-digest.ts";
import { someSamples } from "../support/completions.ts";

it("is that of the samples as JSON", () => {
  const samples = someSamples(3);
  expect(digestOf(samples)).toBe(createHash("sha256").update(JSON.stringify(samples)).digest("hex"));
});

it("stays what it was where a prompt's words are known beside it", () => {
  const samples = someSamples(3);
  expect(digestOf(samples.map((sample) => ({ ...sample, aboutPromptTokens: 5 })))).toBe(digestOf(samples));
});
