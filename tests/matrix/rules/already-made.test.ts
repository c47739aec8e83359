import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "already-made";

describe("already-made", () => {
  it("names the step that set the value", () => {
    const design = stacked("{ id: one, set: { dtype: float16 } }", "{ id: two, set: { dtype: float16 } }");
    const [one] = found(code, { design });
    expect(one).toMatchObject({ severity: "error", at: "dtype" });
    expect(one?.message).toBe('step `one` has set `dtype: "float16"` already');
  });

  it("leaves a third value alone, and a step that was skipped", () => {
    const third = stacked("{ id: one, set: { dtype: float16 } }", "{ id: two, set: { dtype: bfloat16 } }");
    const skipped = stacked("{ id: one, skip: no, set: { dtype: float16 } }", "{ id: two, set: { dtype: float16 } }");
    expect([...found(code, { design: third }), ...found(code, { design: skipped })]).toEqual([]);
  });

  it("is no matter of isolation, where no change stands on another", () => {
    const changes = "{ id: a, set: { dtype: float16 } }, { id: b, set: { dtype: float16 } }";
    expect(found(code, { design: `{ kind: isolation, changes: [${changes}] }` })).toEqual([]);
  });
});
