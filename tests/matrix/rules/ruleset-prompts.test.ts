import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "ruleset-prompts";
const offline = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, scenario: offline${more} }]`;

describe("ruleset-prompts", () => {
  it("refuses salted prompts under a ruleset, and nowhere else", () => {
    expect(found(code, { workloads: offline(", ruleset: mini/tiny, unique: true") })).toMatchObject([
      { severity: "error", at: "unique" },
    ]);
    expect(found(code, { workloads: offline(", unique: true") })).toEqual([]);
    expect(found(code, { workloads: offline(", ruleset: mini/tiny, unique: false") })).toEqual([]);
  });
});
