import { describe, expect, it } from "vitest";
import { forcesLengths, inDialect, plainDialect, type Dialect } from "../../src/schema/dialect.ts";

const lacking = (...members: string[]): Dialect => ({
  ...plainDialect,
  lacks: Object.fromEntries(members.map((member) => [member, "why"])),
});

describe("inDialect", () => {
  const body = { temperature: 0.7, top_k: -1, max_tokens: 9, min_tokens: 9, ignore_eos: true };

  it("leaves out what the engine lacks, renames what it names otherwise, and is nothing of vLLM's own", () => {
    expect(inDialect(body, plainDialect)).toEqual(body);
    const dialect = { ...lacking("min_tokens", "ignore_eos"), names: { max_tokens: "max_completion_tokens" } };
    expect(inDialect(body, dialect)).toEqual({ temperature: 0.7, top_k: -1, max_completion_tokens: 9 });
  });

  it("says every token as the engine says it, and leaves a bound alone", () => {
    const dialect = { ...plainDialect, topKOfAll: 0 };
    expect(inDialect(body, dialect)["top_k"]).toBe(0);
    expect(inDialect({ top_k: 40 }, dialect)).toEqual({ top_k: 40 });
    expect(inDialect({ top_k: 0 }, { ...plainDialect, topKOfAll: -1 })).toEqual({ top_k: -1 });
  });
});

describe("forcesLengths", () => {
  it("is true where one of two members is there", () => {
    expect([forcesLengths(lacking("min_tokens")), forcesLengths(lacking("ignore_eos"))]).toEqual([true, true]);
    expect(forcesLengths(lacking("min_tokens", "ignore_eos"))).toBe(false);
  });
});
