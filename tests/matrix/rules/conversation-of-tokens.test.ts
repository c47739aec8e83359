import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "conversation-of-tokens";
const of = (dataset: string, more = "prompt: tokens") => `[{ workload: w, dataset: ${dataset}, ${more} }]`;

describe("conversation-of-tokens", () => {
  it("is an error for datasets of conversations, whichever the endpoint", () => {
    for (const dataset of [
      "{ kind: conversations }",
      "{ kind: sharegpt, path: a.json, turns: all }",
      "{ kind: sharegpt, path: a.json }",
    ]) {
      for (const endpoint of ["chat", "completions"]) {
        const workloads = of(dataset, `prompt: tokens, endpoint: ${endpoint}`);
        expect(found(code, { workloads })).toMatchObject([{ severity: "error", at: "tokens" }]);
      }
    }
  });

  it("has nothing against texts, nor against single questions of tokens", () => {
    expect(found(code, { workloads: of("{ kind: conversations }", "prompt: text") })).toEqual([]);
    expect(found(code, { workloads: of("{ kind: conversations }", "endpoint: chat") })).toEqual([]);
    expect(found(code, { workloads: of("{ kind: synthetic, profile: chat }") })).toEqual([]);
  });
});
