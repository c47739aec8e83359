import { describe, expect, it } from "vitest";
import { found, isolation, stacked } from "../study-fixture.ts";

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

  it("is said once of rows that move the same knobs, with the axis that they may be", () => {
    const row = (seqs: number, tokens: number) =>
      `{ id: s${seqs}t${tokens}, set: { max_num_seqs: ${seqs}, max_num_batched_tokens: ${tokens} } }`;
    const [one, ...others] = found(code, { design: isolation(row(64, 2048), row(128, 2048), row(256, 4096)) });
    expect(others).toEqual([]);
    expect(one?.message).toContain("row `s64t2048` (and 2 more) moves 2 knobs at once");
    expect(one?.hint).toContain(
      "factors: { NAME: [{ id: s64t2048, max_num_seqs: 64, max_num_batched_tokens: 2048 }, …] }",
    );
  });
});

it("takes an engine with its version, and a model with its tokenizer, as one change", () => {
  const rows = [
    "{ id: engine, set: { sut.version: 0.33.0, sut.engine: pocket-cpu } }",
    "{ id: model, set: { sut.model: other, sut.revision: abc, sut.tokenizer: other } }",
    "{ id: both, set: { sut.version: 0.33.0, sut.model: other } }",
  ];
  const messages = found("compound-change", { design: isolation(...rows) }).map(({ message }) => message);
  expect(messages).toEqual(["row `both` moves 2 knobs at once: `sut.version`, `sut.model`"]);
});
