import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "compound-change";

describe("compound-change", () => {
  const two = "dtype: float16, enable_prefix_caching: false";

  it("points at the second knob", () => {
    const [one] = found(code, { design: stacked(`{ id: both, set: { ${two} } }`) });
    expect(one).toMatchObject({ severity: "error", at: "enable_prefix_caching" });
    expect(one?.message).toContain("moves 2 knobs at once: `dtype`, `enable_prefix_caching`");
  });

  it("accepts a reason", () => {
    expect(found(code, { design: stacked(`{ id: both, set: { ${two} }, compound: "one feature" }`) })).toEqual([]);
  });

  it("counts only what moves", () => {
    const design = stacked("{ id: one, set: { dtype: float16, max_num_seqs: 16 } }");
    expect(found(code, { design })).toEqual([]);
  });

  it("does not ask it of the cells of a factorial", () => {
    const factors = "{ dtype: [float16, bfloat16], enable_prefix_caching: [true, false] }";
    expect(found(code, { design: `{ kind: combination, factors: ${factors} }` })).toEqual([]);
  });
});
