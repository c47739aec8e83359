import { describe, expect, it } from "vitest";
import { found, combination } from "../study-fixture.ts";

const code = "exclude-matches-nothing";

describe("exclude-matches-nothing", () => {
  it("shows the factor's values", () => {
    const [one] = found(code, { design: combination("{ dtype: float16, max_num_seqs: 32 }") });
    expect(one).toMatchObject({ severity: "warning", hint: "there is 16, 8" });
    expect(one?.message).toContain("no cell has `max_num_seqs: 32`");
  });

  it("accepts what a cell has, from a factor or from the baseline", () => {
    expect(found(code, { design: combination("{ dtype: float16, max_num_seqs: 8 }") })).toEqual([]);
    const baseline = "{ knobs: { max_model_len: 1024 } }";
    expect(found(code, { baseline, design: combination("{ dtype: float16, max_model_len: 1024 }") })).toEqual([]);
  });
});
