import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "knob-not-yet";

describe("knob-not-yet", () => {
  const design = stacked("{ id: a, set: { kv_offloading_size: 8 } }");

  it("names the version that brought it", () => {
    const [one] = found(code, { design });
    expect(one).toMatchObject({ severity: "error", at: "kv_offloading_size", hint: "use 0.40.0 or later" });
    expect(one?.message).toContain("pocket 0.32.0 does not have");
  });

  it("goes by the version that the matrix is written for", () => {
    expect(found(code, { sut: "{ engine: pocket, model: m, version: 0.40.1 }", design })).toEqual([]);
  });
});
