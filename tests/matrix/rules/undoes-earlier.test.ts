import { describe, expect, it } from "vitest";
import { found, stacked } from "../study-fixture.ts";

const code = "undoes-earlier";

describe("undoes-earlier", () => {
  const off = "{ id: off, set: { enable_prefix_caching: false } }";

  it("names the step that it takes back", () => {
    const [one] = found(code, { design: stacked(off, "{ id: on, set: { enable_prefix_caching: true } }") });
    expect(one).toMatchObject({ severity: "error", at: "enable_prefix_caching" });
    expect(one?.message).toBe("step `off` moved `enable_prefix_caching`, and this sets it back to true");
  });

  it("knows the baseline's value and a knob that is unset", () => {
    const more = "{ id: more, set: { max_num_seqs: 64 } }";
    expect(found(code, { design: stacked(more, "{ id: less, set: { max_num_seqs: 16 } }") })).toHaveLength(1);
    const unset = found(code, { design: stacked(off, "{ id: on, set: { enable_prefix_caching: null } }") });
    expect(unset[0]?.message).toContain("takes it out again");
  });

  it("accepts a third value", () => {
    const design = stacked("{ id: more, set: { max_num_seqs: 64 } }", "{ id: most, set: { max_num_seqs: 128 } }");
    expect(found(code, { design })).toEqual([]);
  });
});
