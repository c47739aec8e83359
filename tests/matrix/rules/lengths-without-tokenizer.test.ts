import { describe, expect, it } from "vitest";
import { diagnose, found, markedIn, matrix } from "../study-fixture.ts";

const code = "lengths-without-tokenizer";
const synthetic = (members: string) => `[{ workload: w, dataset: { kind: synthetic, profile: chat }, ${members} }]`;
const sharegpt = (members = "") => `[{ workload: w, dataset: { kind: sharegpt, path: s.json${members} } }]`;

describe("lengths-without-tokenizer", () => {
  it("is an error where prompts are to be measured by an engine that cannot be asked", () => {
    const [one, ...others] = found(code, { workloads: synthetic("prompt: text, prompt_lengths: engine") });
    expect(one).toMatchObject({ severity: "error", at: "prompt_lengths" });
    expect(one?.message).toBe(
      "prompts of `w` are to be exact by the engine's count of tokens, which pocket cannot be asked for: its file has no `tokenize`",
    );
    expect(one?.hint).toContain("add `tokenize` to the engine file");
    expect(others).toEqual([]);
  });

  it("is an error where recorded answers are to be counted, which they are unless the matrix says natural", () => {
    expect(found(code, { workloads: sharegpt() })).toMatchObject([{ severity: "error", at: "dataset" }]);
    expect(found(code, { workloads: sharegpt(", output: recorded") })).toHaveLength(1);
    expect(found(code, { workloads: sharegpt(", output: natural") })).toEqual([]);
  });

  it("needs nothing for token ids and for lengths as they are made", () => {
    expect(found(code, { workloads: synthetic("prompt: tokens, prompt_lengths: engine") })).toEqual([]);
    expect(found(code, { workloads: synthetic("prompt: text") })).toEqual([]);
  });

  it("lets an engine be that can be asked", () => {
    const engine = `format: ceteris.engine/1
extends: pocket
title: Asked engine
tokenize: { path: /tokenize, text: prompt, count: count }
`;
    const workloads = synthetic("prompt: text, prompt_lengths: engine");
    const text = matrix({ sut: "{ engine: asked, model: m }", workloads });
    const diagnostics = diagnose({ "matrices/a.yaml": text, "sut/asked.yaml": engine });
    expect(
      diagnostics.filter(({ severity }) => severity === "error").map(({ excerpt = "" }) => markedIn(excerpt)),
    ).toEqual([]);
  });
});
