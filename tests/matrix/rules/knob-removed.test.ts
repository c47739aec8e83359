import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "knob-removed";

describe("knob-removed", () => {
  const design = stacked("{ id: a, set: { swap_space: 8 } }");

  it("names the version and what replaced it", () => {
    const [one] = found(code, { design });
    expect(one).toMatchObject({ severity: "error", at: "swap_space", hint: "instead of it: set kv_offloading_size" });
    expect(one?.message).toBe("pocket 0.32.0 no longer has `swap_space`: removed in 0.20.0");
  });

  it("goes by the version that the matrix is written for", () => {
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.9.2 }", design })).toEqual([]);
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.20.0 }", design })).toHaveLength(1);
  });

  it("leaves a row that is skipped for it alone", () => {
    expect(found(code, { design: stacked('{ id: a, skip: "gone", set: { swap_space: 8 } }') })).toEqual([]);
  });
});
