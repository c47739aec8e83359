import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "duplicate-id";

describe("duplicate-id", () => {
  it("finds rows, the baseline's name among them", () => {
    const design = stacked("{ id: a, set: { dtype: float16 } }", "{ id: a, set: { max_num_seqs: 8 } }");
    expect(found(code, { design })).toMatchObject([{ severity: "error", at: "a" }]);
    const baseline = "{ id: base, knobs: {} }";
    expect(found(code, { baseline, design: stacked("{ id: base, set: { dtype: float16 } }") })).toHaveLength(1);
  });

  it("finds workloads", () => {
    const one = "{ workload: chat, dataset: { kind: synthetic, profile: chat } }";
    expect(found(code, { workloads: `[${one}, ${one}]` })[0]?.message).toBe("another workload is called `chat`");
  });

  it("accepts names that differ", () => {
    expect(found(code, {})).toEqual([]);
  });
});
