import { describe, expect, it } from "vitest";
import { combination, faultsIn, found } from "../study-fixture.ts";

describe("exclude-matches-nothing", () => {
  const code = "exclude-matches-nothing";

  it("shows the factor's values", () => {
    const [one] = found(code, { design: combination("{ dtype: float16, max_num_seqs: 32 }") });
    expect(one).toMatchObject({ severity: "warning", hint: "its values are 16, 8" });
    expect(one?.message).toContain("no cell has `max_num_seqs: 32`");
  });

  it("shows no null of a setting that every workload has", () => {
    const [one] = found(code, {
      more: "sweep: { load.concurrency: [4, 8] }\nexclude: [{ load.concurrency: 16 }]\n",
      workloads: "[{ scenario: closed, dataset: { kind: synthetic, profile: chat } }]",
    });
    expect(one?.hint).toBe("its values are 4, 8");
  });

  it("accepts what a cell has, from a factor or from the baseline", () => {
    expect(found(code, { design: combination("{ dtype: float16, max_num_seqs: 8 }") })).toEqual([]);
    const baseline = "{ knobs: { max_model_len: 1024 } }";
    expect(found(code, { baseline, design: combination("{ dtype: float16, max_model_len: 1024 }") })).toEqual([]);
  });

  const varied = (exclude: string) =>
    faultsIn({
      baseline: "{ knobs: {} }",
      design: `{ kind: combination, factors: { draft_config: [null, { method: ngram }], capture_sizes: [[small], [small, large]], dtype: [float16, bfloat16] }, exclude: [{ ${exclude} }] }`,
    });

  it("suggests the part that was meant by a word that is no setting", () => {
    for (const [word, part] of [
      ["rows", "row"],
      ["workloads", "workload"],
      ["systm", "system"],
    ])
      expect(varied(`${word}: a`)).toMatchObject([
        { code: "unknown-knob", at: word, hint: `did you mean \`${part}\`?` },
      ]);
    expect(varied("dtipe: float16")[0]?.hint).toContain("did you mean `dtype`?");
  });

  it("knows a member of a map that is varied as a whole", () => {
    const of = (exclude: string) =>
      found(code, {
        design: `{ kind: combination, factors: { draft_config: [null, { method: ngram }], dtype: [float16, bfloat16] }, exclude: [{ ${exclude} }] }`,
      });
    expect(of("draft_config.method: ngram, dtype: float16")).toEqual([]);
    expect(of("draft_config.method: suffix")).toMatchObject([{ hint: 'its values are null, "ngram"' }]);
  });

  it("takes a list for a value where a factor has that list, else for several values", () => {
    expect(varied("capture_sizes: [small, large], dtype: float16")).toEqual([]);
    expect(varied("capture_sizes: [[small, large], [small]], dtype: float16")).toEqual([]);
    expect(varied("capture_sizes: [7], dtype: float16")).toMatchObject([{ code: "wrong-type" }]);
  });
});

describe("excluded-baseline", () => {
  const code = "excluded-baseline";

  it("finds an exclude that matches the baseline", () => {
    const [one] = found(code, { design: combination("{ max_num_seqs: 16 }") });
    expect(one?.severity).toBe("error");
    expect(one?.message).toContain("excludes the baseline `baseline`");
  });

  it("finds that nothing is left", () => {
    const [one] = found(code, { design: combination("{ dtype: float16 }, { dtype: bfloat16 }") });
    expect(one).toMatchObject({ at: "exclude" });
    expect(one?.message).toContain("everything is excluded");
  });

  it("accepts an exclude of other cells", () => {
    expect(found(code, { design: combination("{ max_num_seqs: 8, dtype: float16 }") })).toEqual([]);
  });
});
