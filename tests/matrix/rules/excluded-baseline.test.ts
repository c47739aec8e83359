import { describe, expect, it } from "vitest";
import { found, combination } from "../study-fixture.ts";

const code = "excluded-baseline";

describe("excluded-baseline", () => {
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
