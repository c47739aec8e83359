import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

describe("ruleset-forbids", () => {
  const code = "ruleset-forbids";
  const offline = (more = "") =>
    `[{ workload: w, dataset: { kind: synthetic, profile: chat }, scenario: offline, ruleset: mini/tiny${more} }]`;
  const workloads = offline();
  const off = "{ knobs: { max_num_seqs: 16, enable_prefix_caching: false } }";
  const valid = { overrides: { fidelity: "valid" as const } };

  it("warns of a row that sets what the ruleset does not allow", () => {
    const design = isolation("{ id: apc, set: { enable_prefix_caching: true } }");
    const [one, ...others] = found(code, { workloads, baseline: off, design });
    expect(one).toMatchObject({ severity: "warning", at: "true" });
    expect(one?.message).toBe(
      "`apc`: mini does not allow `enable_prefix_caching: true`: every query is computed in full",
    );
    expect(others).toEqual([]);
  });

  it("is an error where the run is to be submitted", () => {
    const design = isolation("{ id: apc, set: { enable_prefix_caching: true } }");
    const options = { overrides: { fidelity: "submission" as const } };
    expect(found(code, { workloads, baseline: off, design }, options)).toMatchObject([{ severity: "error" }]);
  });

  it("knows the engine's default", () => {
    const [one, ...others] = found(code, { workloads });
    expect(one).toMatchObject({ at: "mini/tiny" });
    expect(one?.message).toContain(
      "(and 1 more): mini does not allow `enable_prefix_caching: true`, the engine's default",
    );
    expect(others).toEqual([]);
  });

  it("forbids an order over several passes alone", () => {
    const sorted = (load: string) => ({
      workloads: offline(`, load: { order: shortest_first${load} }`),
      baseline: off,
    });
    const certified = (load: string) => found(code, sorted(load), valid).map(({ at }) => at);
    expect(found(code, sorted(""))).toMatchObject([{ at: "shortest_first" }]); // 512 of a library of 20
    expect(certified("")).toEqual(["shortest_first"]);
    expect(certified(", expected_rate: 100")).toEqual(["shortest_first"]);
    // 1.1 · 2 s · 9 a second are 19 samples: one pass over 20.
    expect(certified(", expected_rate: 9")).toEqual([]);
  });

  it("has nothing to say without a ruleset", () => {
    const plain = "[{ dataset: { kind: synthetic, profile: chat }, load: { order: shortest_first } }]";
    expect(found(code, { workloads: plain })).toEqual([]);
  });
});

describe("ruleset-prompts", () => {
  const code = "ruleset-prompts";
  const offline = (more: string) => `[{ dataset: { kind: synthetic, profile: chat }, scenario: offline${more} }]`;

  it("refuses salted prompts under a ruleset, and nowhere else", () => {
    expect(found(code, { workloads: offline(", ruleset: mini/tiny, unique: true") })).toMatchObject([
      { severity: "error", at: "unique" },
    ]);
    expect(found(code, { workloads: offline(", unique: true") })).toEqual([]);
    expect(found(code, { workloads: offline(", ruleset: mini/tiny, unique: false") })).toEqual([]);
  });
});

describe("ruleset-sampling", () => {
  const code = "ruleset-sampling";
  const offline = (more = "") =>
    `[{ dataset: { kind: synthetic, profile: chat }, scenario: offline, ruleset: mini/tiny${more} }]`;

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
