import { describe, expect, it } from "vitest";
import { found } from "../study-fixture.ts";

const code = "ruleset-sampling";
const offline = (more = "") =>
  `[{ dataset: { kind: synthetic, profile: chat }, scenario: offline, ruleset: mini/tiny${more} }]`;

describe("ruleset-sampling", () => {
  it("warns of a workload that samples otherwise", () => {
    const [one, ...others] = found(code, { workloads: offline(", sampling: { max_tokens: 64, top_p: 0.9 }") });
    expect(one).toMatchObject({ severity: "warning", at: "64", hint: "leave it out: the ruleset fills it" });
    expect(one?.message).toContain("`sampling.max_tokens` is 64, and mini samples tiny with 32");
    expect(others).toEqual([]); // of top_p the ruleset says nothing
  });

  it("warns of a knob that does", () => {
    const design = "{ kind: isolation, changes: [{ id: hot, set: { sampling.temperature: 0.7 } }] }";
    const [one, ...others] = found(code, { workloads: offline(), design });
    expect(one).toMatchObject({ at: "0.7" });
    expect(one?.message).toMatch(/^`hot`: /);
    expect(others).toEqual([]);
  });

  it("takes what the ruleset says, said or not", () => {
    expect(found(code, { workloads: offline() })).toEqual([]);
    expect(found(code, { workloads: offline(", sampling: { max_tokens: 32 }") })).toEqual([]);
  });
});
