import { describe, expect, it } from "vitest";
import { found, isolation, stacked } from "../study-fixture.ts";

describe("duplicate-id", () => {
  const code = "duplicate-id";

  it("finds rows, the baseline's name among them", () => {
    const design = stacked("{ id: a, set: { dtype: float16 } }", "{ id: a, set: { max_num_seqs: 8 } }");
    expect(found(code, { design })).toMatchObject([{ severity: "error", at: "a" }]);
    const baseline = "{ id: base, knobs: {} }";
    expect(found(code, { baseline, design: stacked("{ id: base, set: { dtype: float16 } }") })).toHaveLength(1);
  });

  it("finds workloads", () => {
    const one = "{ workload: chat, dataset: { kind: synthetic, profile: chat } }";
    expect(found(code, { workloads: `[${one}, ${one}]` })[0]?.message).toBe("another workload is called `chat`");
  });

  it("finds systems", () => {
    const more = "systems: [{ id: x, model: m }, { id: x, model: n }]\n";
    expect(found(code, { more })).toMatchObject([{ at: "x", message: "another system is called `x`" }]);
    const alike = more.replace("model: n", "model: m");
    expect(found(code, { more: alike })).toHaveLength(1);
    expect(found("duplicate-experiment", { more: alike })).toEqual([]);
  });

  it("finds points of one name that set unlike things, in a factor and across the rows of a sweep", () => {
    const message = "`p` has another point that is called `a` and sets something else";
    const factor = "{ kind: combination, factors: { p: [{ id: a, max_num_seqs: 8 }, { id: a, max_num_seqs: 4 }] } }";
    expect(found(code, { design: factor })).toMatchObject([{ at: "a", message }]);
    expect(found("duplicate-experiment", { design: factor })).toEqual([]);
    const row = (id: string, most: number) =>
      `{ id: ${id}, set: { dtype: float16 }, sweep: { p: [{ id: a, load.max_in_flight: ${most} }] } }`;
    expect(found(code, { design: isolation(row("x", 1), row("y", 2)) })).toMatchObject([{ at: "a", message }]);
    expect(found(code, { design: isolation(row("x", 1), row("y", 1)) })).toEqual([]);
  });

  it("finds a row and a baseline that are called as a cell is", () => {
    const cells = (more: string) =>
      `{ kind: combination, factors: { p: [{ id: a, max_num_seqs: 8 }, { id: b, max_num_seqs: 4 }] }${more} }`;
    const design = cells(", include: [{ id: a, set: { dtype: float16 } }]");
    expect(found(code, { design })).toMatchObject([{ at: "a", message: "another row is called `a`" }]);
    const baseline = "{ id: b, knobs: { max_num_seqs: 16 } }";
    expect(found(code, { baseline, design: cells("") })).toMatchObject([{ at: "b" }]);
  });

  it("accepts names that differ", () => {
    expect(found(code, {})).toEqual([]);
  });
});

describe("duplicate-workload", () => {
  const code = "duplicate-workload";
  const one = (name: string, more = "") =>
    `{ workload: ${name}, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, input_tokens: 64 }${more} }`;

  it("leaves one alone that a wrong part was left out of", () => {
    const of = (name: string, burstiness: string) =>
      `{ workload: ${name}, scenario: open, load: { rate: 4 }, arrivals: { kind: gamma, burstiness: ${burstiness} }, dataset: { kind: synthetic } }`;
    const workloads = (second: string) => `[${of("a", "1")}, ${of("b", second)}]`;
    expect(found("duplicate-workload", { workloads: workloads("1") })).toHaveLength(1);
    expect(found("duplicate-workload", { workloads: workloads("-1") })).toEqual([]);
  });

  it("is an error where two workloads ask the same under two names, said once for each", () => {
    const all = found(code, { workloads: `[${one("a")}, ${one("b")}, ${one("c")}]` });
    expect(all.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      "error workload `b` asks the same as workload `a`: `baseline@b` would be measured twice under one id",
      "error workload `c` asks the same as workload `a`: `baseline@c` would be measured twice under one id",
    ]);
  });

  it("knows that counts and limits are not part of what is asked", () => {
    const others = one("b", ", counts: { screen: { requests: 9 } }, slo: { ttft_ms: 100 }");
    expect(found(code, { workloads: `[${one("a")}, ${others}]` })).toHaveLength(1);
  });

  it("finds two that become the same by what a row or an axis sets", () => {
    const other = one("b").replace("concurrency: 4", "concurrency: 8");
    expect(found(code, { workloads: `[${one("a")}, ${other}]` })).toEqual([]);
    const more = "sweep: { load.concurrency: [1, 2] }";
    expect(found(code, { workloads: `[${one("a")}, ${other}]`, more })).toHaveLength(1);
  });

  it("has nothing against workloads that differ, nor against rows that do not", () => {
    expect(found(code, { workloads: `[${one("a")}, ${one("b").replace("64", "65")}]` })).toEqual([]);
    const design =
      "{ kind: isolation, changes: [{ id: x, set: { dtype: float16 } }, { id: y, set: { dtype: float16 } }] }";
    expect(found(code, { workloads: `[${one("a")}]`, design })).toEqual([]);
  });
});

describe("duplicate-experiment", () => {
  const code = "duplicate-experiment";

  it("names both rows", () => {
    const design = isolation("{ id: a, set: { dtype: float16 } }", "{ id: b, set: { dtype: float16 } }");
    const [one] = found(code, { design });
    expect(one?.severity).toBe("error");
    expect(one?.message).toBe("row `b`: the same knobs as row `a`");
  });

  it("says of two systems that are alike, at the second, that their rows are", () => {
    const more = "systems: [{ id: one }, { id: else, knobs: { max_num_seqs: 8 } }, { id: two }]\n";
    expect(found(code, { more })).toMatchObject([
      { at: "{ id: two }", message: "row `baseline@two` (and 1 more): the same knobs as row `baseline@one`" },
    ]);
  });

  it("says at a system that its baseline is a row of another", () => {
    const more = "systems: [{ id: one }, { id: two, knobs: { max_num_seqs: 8 } }]\n";
    const design = isolation("{ id: a, set: { max_num_seqs: 8 } }", "{ id: b, set: { max_num_seqs: 4 } }");
    expect(found(code, { more, design })).toMatchObject([
      {
        at: "{ id: two, knobs: { max_num_seqs: 8 } }",
        message: expect.stringMatching(/^row `baseline@two`.*`a@one`$/),
      },
    ]);
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

  it("sees through names of one value", () => {
    const rows = ["{ id: a, set: { cache_format: fp8 } }", "{ id: b, set: { cache_format: fp8_e4m3 } }"];
    const [one, ...more] = found(code, { design: isolation(...rows) });
    expect(more).toEqual([]);
    expect(one?.message).toBe(
      "row `b`: the same knobs as row `a`, since `cache_format: fp8_e4m3` and `fp8` are one value",
    );
    const design = "{ kind: combination, factors: { cache_format: [auto, fp8, fp8_e4m3] } }";
    expect(found(code, { design })).toHaveLength(1);
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

  const workloads = "[{ workload: w, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic } }]";

  it("looks at what comes of an expression", () => {
    const rows = ["{ id: a, set: { max_num_seqs: 64 } }", "{ id: b, set: { max_num_seqs: = 32 * 2 } }"];
    const all = found(code, { workloads, design: isolation(...rows, "{ id: c, set: { max_num_seqs: = 8 * 2 } }") });
    expect(all.map(({ message }) => message)).toEqual(["`b` is the same program as `a`, under the same load"]);
    const follows = "{ knobs: { max_num_seqs: 16, max_num_batched_tokens: = 128 * max_num_seqs } }";
    const same = "{ id: b, compound: x, set: { max_num_seqs: 64, max_num_batched_tokens: 8192 } }";
    expect(found(code, { workloads, baseline: follows, design: isolation(rows[0]!, same) })).toHaveLength(1);
  });

  it("finds rows that meet in one cell alone, unless it is excluded", () => {
    const design = isolation("{ id: a, set: { max_num_seqs: = 4 * load.concurrency } }");
    const sweep = "sweep: { load.concurrency: [4, 8] }\n";
    const [one] = found(code, { workloads, design, more: sweep });
    expect(one?.message).toBe("`a·c4` is the same program as `baseline·c4`, under the same load");
    const more = `${sweep}exclude: [{ row: a, load.concurrency: 4 }]\n`;
    expect(found(code, { workloads, design, more })).toEqual([]);
  });

  it("leaves different rows and those with a fault of their own alone", () => {
    const rows = ["{ id: a, set: { dtype: float16 } }", "{ id: b, set: { max_num_seqs: 16 } }"];
    expect(found(code, { design: isolation(...rows) })).toEqual([]);
  });
});
