import { describe, expect, it } from "vitest";
import { plainDialect, type Dialect } from "../../src/schema/dialect.ts";
import { dialectMembers, unsentMembers } from "../../src/schema/dialect-file.ts";
import { someWorkload } from "../support/completions.ts";

const lacking = (...members: string[]): Dialect => ({
  ...plainDialect,
  lacks: Object.fromEntries(members.map((member) => [member, "why"])),
});

describe("unsentMembers", () => {
  const workload = someWorkload();
  const unsent = (dialect: Dialect, sampling: object = {}, parts: object = {}) =>
    unsentMembers(
      dialect,
      { ...workload.sampling, ...sampling },
      { isForced: false, prompt: "text", load: {}, requestClass: null, ...parts },
    );
  const all = lacking(...dialectMembers.filter((member) => member !== "max_tokens"));

  it("is nothing where what is missing decides nothing: one greedy answer is as good as another", () => {
    expect(unsent(all)).toEqual([]);
    expect(unsent(all, { temperature: 0.7, top_k: 1 })).toEqual(["temperature", "top_k"]);
  });

  it("names what a drawn answer depends on", () => {
    expect(unsent(all, { temperature: 0.7, top_k: 40, top_p: 0.9 })).toEqual(["temperature", "top_p", "top_k", "seed"]);
    expect(unsent(lacking("seed"), { temperature: 0.7, top_k: -1 })).toEqual(["seed"]);
  });

  it("one of two members forces a length", () => {
    expect(unsent(lacking("min_tokens"), {}, { isForced: true })).toEqual([]);
    expect(unsent(lacking("min_tokens", "ignore_eos"), {}, { isForced: true })).toEqual(["min_tokens", "ignore_eos"]);
    expect(unsent(lacking("min_tokens"), { min_tokens: 5 })).toEqual(["min_tokens"]);
  });

  it("names priorities, truncation and token ids where they are asked for", () => {
    const parts = { prompt: "tokens", load: { truncate_prompt_tokens: 5 }, requestClass: { priority: 1 } };
    expect(unsent(all, {}, parts)).toEqual(["priority", "truncate_prompt_tokens", "token_ids"]);
  });
});
