import { describe, expect, it } from "vitest";
import { found, loadParts } from "../study-fixture.ts";

const code = "tokens-to-chat";
const of = (more: string, dataset = "{ kind: synthetic, profile: chat }") =>
  `[{ workload: w, dataset: ${dataset}, ${more} }]`;

describe("tokens-to-chat", () => {
  it("is an error where messages are to be token ids, whatever they come from", () => {
    for (const dataset of ["{ kind: synthetic }", "{ kind: cnn-dailymail }", "{ kind: jsonl, path: a.jsonl }"]) {
      const workloads = of("endpoint: chat, prompt: tokens", dataset);
      expect(found(code, { workloads })).toMatchObject([{ severity: "error", at: "tokens" }]);
    }
  });

  it("has nothing against texts, nor against token ids of a completion", () => {
    expect(found(code, { workloads: of("endpoint: chat") })).toEqual([]);
    expect(found(code, { workloads: of("endpoint: chat, prompt: text") })).toEqual([]);
    expect(found(code, { workloads: of("prompt: tokens") })).toEqual([]);
  });
});

describe("synthetic prompts", () => {
  const formOf = (more: string) => {
    const [workload] = loadParts({ workloads: of(more) }).study?.workloads ?? [];
    return { prompt: workload?.prompt, promptLengths: workload?.promptLengths };
  };

  it("have the form that their endpoint takes, as exact as it can be had", () => {
    expect(formOf("endpoint: completions")).toEqual({ prompt: "tokens", promptLengths: "as_made" });
    expect(formOf("endpoint: chat")).toEqual({ prompt: "text", promptLengths: "nearest" });
  });

  it("are as a matrix says that says it", () => {
    expect(formOf("endpoint: chat, prompt: text")).toEqual({ prompt: "text", promptLengths: "as_made" });
    expect(formOf("endpoint: chat, prompt_lengths: engine")).toEqual({ prompt: "text", promptLengths: "engine" });
    expect(formOf("prompt: text")).toEqual({ prompt: "text", promptLengths: "as_made" });
  });
});
