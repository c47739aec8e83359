import { describe, expect, it } from "vitest";
import { found, isolation } from "../study-fixture.ts";

const code = "duplicate-experiment";

describe("duplicate-experiment", () => {
  it("names both rows", () => {
    const design = isolation("{ id: a, set: { dtype: float16 } }", "{ id: b, set: { dtype: float16 } }");
    const [one] = found(code, { design });
    expect(one?.severity).toBe("error");
    expect(one?.message).toBe("row `b`: the same knobs as row `a`");
  });

  it("names the system of each where there are several", () => {
    const messages = found(code, { more: "systems: [{ id: one }, { id: two }]\n" }).map(({ message }) => message);
    expect(messages[0]).toBe("row `baseline@two`: the same knobs as row `baseline@one`");
  });

  it("sees through defaults that are written out", () => {
    const rows = [
      "{ id: a, set: { dtype: float16 } }",
      "{ id: b, compound: x, set: { dtype: float16, max_num_seqs: 16 } }",
    ];
    expect(found(code, { design: isolation(...rows) })).toHaveLength(1);
    const spelled = "{ id: b, compound: x, set: { dtype: float16, enable_prefix_caching: true } }";
    expect(found(code, { design: isolation("{ id: a, set: { dtype: float16 } }", spelled) })).toHaveLength(1);
  });

  it("finds a factor that lists a value twice, once", () => {
    const design = "{ kind: combination, factors: { dtype: [float16, float16], max_num_seqs: [1, 2, 3] } }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["float16"]);
    expect(found(code, { more: "sweep: { load.concurrency: [1, 2, 1] }" }).map(({ at }) => at)).toEqual(["1"]);
  });

  it("finds an included row that is a cell already", () => {
    const include = "{ id: again, set: { dtype: float16 } }";
    const design = `{ kind: combination, factors: { dtype: [float16, bfloat16] }, include: [${include}] }`;
    expect(found(code, { design })[0]?.message).toBe("row `again`: the same knobs as row `dtype=float16`");
  });

  it("leaves different rows and those with a fault of their own alone", () => {
    const rows = ["{ id: a, set: { dtype: float16 } }", "{ id: b, set: { max_num_seqs: 16 } }"];
    expect(found(code, { design: isolation(...rows) })).toEqual([]);
  });
});
