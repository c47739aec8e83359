import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "cannot-run";

describe("cannot-run", () => {
  const baseline = "{ knobs: { max_num_batched_tokens: 512, max_model_len: 1024 } }";

  it("fills in the engine's defaults and says what to do instead", () => {
    const design = stacked("{ id: off, set: { enable_chunked_prefill: false } }");
    const [one] = found(code, { baseline, design });
    expect(one).toMatchObject({
      severity: "error",
      at: "enable_chunked_prefill",
      hint: "raise max_num_batched_tokens",
    });
    expect(one?.message).toContain("row `off` cannot run");
  });

  it("is said once, at the step that brings it about", () => {
    const steps = ["{ id: off, set: { enable_chunked_prefill: false } }", "{ id: f16, set: { dtype: float16 } }"];
    const all = found(code, { baseline, design: stacked(...steps) });
    expect(all).toHaveLength(1);
    expect(all[0]?.message).toContain("row `off` (and 1 more)");
  });

  it("is said once for all cells of a factorial, at the factor", () => {
    const factors = "{ enable_chunked_prefill: [true, false], dtype: [float16, bfloat16, auto] }";
    const all = found(code, { baseline, design: `{ kind: combination, factors: ${factors} }` });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ at: "enable_chunked_prefill" });
    expect(all[0]?.message).toContain("(and 2 more)");
  });

  it("lets a row be where the condition needs a value that is not set", () => {
    const design = stacked("{ id: off, set: { enable_chunked_prefill: false } }");
    expect(found(code, { design })).toEqual([]);
  });

  it("leaves alone what commands before the start may bring, where there are some", () => {
    const design = stacked("{ id: two, set: { nodes: 2 } }");
    expect(found(code, { design })).toMatchObject([{ at: "nodes", hint: "set `nodes: 1`" }]);
    const sut = "{ engine: pocket, model: m, before_launch: [[ssh, node2, start]] }";
    expect(found(code, { sut, design })).toEqual([]);
  });
});
