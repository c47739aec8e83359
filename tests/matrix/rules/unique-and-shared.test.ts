import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "unique-and-shared";
const of = (dataset: string, unique = true) => ({
  workloads: `[{ workload: w, dataset: ${dataset}, unique: ${unique} }]`,
});

describe("unique-and-shared", () => {
  it("is an error where prompts are made to begin alike and not to", () => {
    const [one, ...others] = found(code, of("{ kind: synthetic, profile: chat, shared_prefix_tokens: 64 }"));
    expect(one).toMatchObject({ severity: "error", at: "unique" });
    expect(one?.message).toContain("undoes `shared_prefix_tokens` of workload `w`");
    expect(others).toEqual([]);
    expect(found(code, of("{ kind: conversations, system_tokens: 64 }"))).toHaveLength(1);
  });

  it("looks at the dataset of a class", () => {
    const classes = "classes: [{ name: a, dataset: { kind: synthetic, shared_prefix_tokens: 64 } }]";
    const [one] = found(code, of(`{ kind: synthetic }, ${classes}`));
    expect(one).toMatchObject({ at: "unique" });
  });

  it("lets each stand alone", () => {
    expect(found(code, of("{ kind: synthetic, profile: chat, shared_prefix_tokens: 64 }", false))).toEqual([]);
    expect(found(code, of("{ kind: synthetic, profile: chat, shared_prefix_tokens: 0 }"))).toEqual([]);
    expect(found(code, of("{ kind: conversations }"))).toEqual([]);
  });
});
