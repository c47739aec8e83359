import { describe, expect, it } from "vitest";
import { found, isolation, stacked } from "../study-fixture.ts";

describe("set-twice", () => {
  const code = "set-twice";
  const workloads =
    "[{ scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic, input_tokens: 64, output_tokens: 8 } }]";
  const sweep = "sweep: { load.concurrency: [8, 16] }\n";
  const shapes = "sweep: { shape: [{ id: x, load.concurrency: 4 }, { id: y, load.concurrency: 8 }] }\n";
  const row = "{ id: a, set: { load.concurrency: 16 } }";

  it.each([
    ["a row", isolation(row), sweep],
    ["a row beside named points", isolation(row), shapes],
    ["a row that runs at points of its own", isolation(row.replace(/}$/, ", sweep: { load.concurrency: [8] } }")), ""],
    ["a step, once", stacked(row, "{ id: b, set: { dtype: float16 } }"), sweep],
    ["a side of a duel", `{ kind: duel, b: ${row} }`, sweep],
    ["a factor", "{ kind: combination, factors: { load.concurrency: [2, 32] } }", sweep],
    [
      "a factor's named point",
      "{ kind: combination, factors: { p: [{ id: a, load.concurrency: 2, dtype: float16 }, { id: b, dtype: bfloat16 }] } }",
      sweep,
    ],
  ])("finds %s that sets what is swept", (_, design, more) => {
    const all = found(code, { design, workloads, more });
    expect(all).toMatchObject([{ severity: "error", at: "load.concurrency" }]);
    expect(all[0]?.message).toContain("`load.concurrency` is set here and by the sweep, which wins: `");
  });

  it("finds a row that sets what its workload sweeps", () => {
    const own = workloads.replace("dataset:", "sweep: { load.concurrency: [8, 16] }, dataset:");
    expect(found(code, { design: isolation(row), workloads: own })).toHaveLength(1);
  });

  it("finds two axes that set the same, once", () => {
    const both = `${shapes.slice(0, -3)}, load.concurrency: [8, 16] }\n`;
    expect(found(code, { workloads, more: both }).map(({ message }) => message)).toEqual([
      "two axes of the sweep set `load.concurrency`, and the last one wins: in `baseline·x·c8` for instance",
    ]);
  });

  it("accepts a row where nothing sweeps what it sets, and points that never meet", () => {
    const other = workloads
      .slice(1, -1)
      .replace("scenario", "workload: other, sweep: { load.concurrency: [8] }, scenario");
    const two = `[${workloads.slice(1, -1)}, ${other}]`;
    const apart = "exclude: [{ row: a, workload: other }]\n";
    expect(found(code, { design: isolation(row), workloads: two, more: apart })).toEqual([]);
    expect(found(code, { design: isolation(row), workloads: two })).toHaveLength(1);
    expect(
      found(code, { design: isolation(row), workloads, more: "sweep: { dataset.input_tokens: [8, 16] }" }),
    ).toEqual([]);
  });

  it("accepts what lies below the sweep by design: the workload, the baseline, a side's own knobs", () => {
    const baseline = "{ knobs: { max_num_seqs: 16, load.concurrency: 2 } }";
    const design = "{ kind: duel, b: { id: b, knobs: { max_num_seqs: 32, load.concurrency: 3 } } }";
    expect(found(code, { baseline, design, workloads, more: sweep })).toEqual([]);
  });
});
