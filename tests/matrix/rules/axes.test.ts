import { describe, expect, it } from "vitest";
import { faultsIn, found, isolation, stacked } from "../study-fixture.ts";

describe("axis-range", () => {
  const code = "axis-range";

  it.each([
    { more: "sweep: { load.rate: { from: 64, to: 8, factor: 2 } }" },
    { more: "sweep: { load.rate: { from: 64, to: 8, step: 8 } }" },
    { design: "{ kind: combination, factors: { max_num_seqs: { from: 64, to: 8, factor: 2 } } }" },
    { design: isolation("{ id: a, set: { dtype: float16 }, sweep: { load.rate: { from: 64, to: 8, step: 8 } } }") },
    { workloads: "[{ dataset: { kind: synthetic }, sweep: { dataset.input_tokens: { from: 64, to: 8, step: 8 } } }]" },
  ])("finds a range that goes down: %o", (parts) => {
    const all = found(code, parts);
    expect(all).toMatchObject([{ severity: "error", at: "64", hint: "write the lower one first: `from: 8, to: 64`" }]);
    expect(all[0]?.message).toMatch(/^`\S+` goes from 64 down to 8$/);
  });

  it("says nothing else of a study whose load goes down", () => {
    const workloads = "[{ scenario: closed, dataset: { kind: synthetic, input_tokens: 64, output_tokens: 8 } }]";
    const more = "sweep: { load.concurrency: { from: 8, to: 1, factor: 2 } }\nstop: { failed_share: 0.5 }";
    expect(faultsIn({ workloads, more }).map((fault) => fault.code)).toEqual([code]);
  });

  it("finds a factor from 0, which would be one point", () => {
    const all = found(code, { more: "sweep: { load.rate: { from: 0, to: 8, factor: 2 } }" });
    expect(all).toMatchObject([{ at: "0", message: "`load.rate` goes by a factor from 0, which never leads up" }]);
  });

  it("accepts ranges that go up, and those of one point", () => {
    expect(found(code, { more: "sweep: { load.rate: { from: 0, to: 8, step: 2 } }" })).toEqual([]);
    expect(found(code, { more: "sweep: { load.rate: { from: 8, to: 8, factor: 2 } }" })).toEqual([]);
  });
});

describe("point-id", () => {
  const code = "point-id";
  const factor = (...points: string[]) => ({
    design: `{ kind: combination, factors: { layout: [${points.join(", ")}] } }`,
  });

  it.each([
    ["{ id: a, max_num_seqs: 2 }", "{ max_num_seqs: 8 }"],
    ["{ max_num_seqs: 8 }", "{ id: a, max_num_seqs: 2 }"],
    ["{ max_num_seqs: 8 }"],
  ])("finds a point without one: %s %s", (...points) => {
    expect(faultsIn(factor(...points))).toMatchObject([
      {
        code,
        at: "{ max_num_seqs: 8 }",
        message: "a point of `layout` has no `id`",
        hint: "a point that sets several things, or stands beside such points, has a name: `{ id: NAME, max_num_seqs: 8 }`",
      },
    ]);
  });

  it("finds one in a sweep, of a value too, and says nothing of a knob", () => {
    const more = "sweep: { shape: [{ id: x, load.max_in_flight: 4 }, 8, { load.max_in_flight: 2 }] }";
    expect(found(code, { more }).map(({ at }) => at)).toEqual(["8", "{ load.max_in_flight: 2 }"]);
    expect(found("unknown-knob", { more })).toEqual([]);
  });

  it.each([
    ["8", "8, and an id is a text", 'write it in quotes: `id: "8"`'],
    ["1.50", "1.50, and an id is a text", 'write it in quotes: `id: "1.50"`'],
    ["true", "true, and an id is a text", 'write it in quotes: `id: "true"`'],
  ])("finds one that is %s", (id, message, hint) => {
    expect(faultsIn(factor(`{ id: ${id}, max_num_seqs: 8 }`))).toMatchObject([
      { code, at: id, message: `the \`id\` of a point of \`layout\` is ${message}`, hint },
    ]);
  });

  it.each(['"x y"', '""', "a·b", "a@b"])("finds one that is no name: %s", (id) => {
    expect(faultsIn(factor(`{ id: ${id}, max_num_seqs: 8 }`))).toMatchObject([
      {
        code,
        at: id,
        hint: "names the row: at most 64 of a to z, A to Z, digits and _ . + = -, a letter or digit first",
      },
    ]);
  });

  it("leaves maps of a knob, and knobs that nobody knows, to their own diagnostics", () => {
    const maps = "{ kind: combination, factors: { compilation_config: [{ id: a, max_num_seqs: 8 }, { mode: 0 }] } }";
    expect(found(code, { design: maps })).toEqual([]);
    const unknown = "{ kind: combination, factors: { compilation_confg: [{ mode: 0 }, { mode: 3 }] } }";
    expect(faultsIn({ design: unknown }).map((fault) => fault.code)).toEqual(["unknown-knob"]);
  });
});

describe("runs-nowhere", () => {
  const code = "runs-nowhere";
  const workload = (name: string, points: string) =>
    `{ workload: ${name}, scenario: closed, load: { concurrency: 4 }, dataset: { kind: synthetic }, sweep: { load.concurrency: ${points} } }`;
  const row = (points: string) => `{ id: a, set: { dtype: float16 }, sweep: { load.concurrency: ${points} } }`;

  it("finds a row and a workload without a point in common, once", () => {
    const all = found(code, { design: isolation(row("[8, 16]")), workloads: `[${workload("w", "[1, 2]")}]` });
    expect(all).toMatchObject([
      { severity: "error", at: "sweep", message: "row `a` runs nowhere: no workload has a point of its `sweep`" },
    ]);
  });

  it("finds a row that is lost beside others, and a workload that is", () => {
    const design = isolation(row("[8, 16]"), "{ id: b, set: { max_num_seqs: 8 } }");
    expect(found(code, { design, workloads: `[${workload("w", "[1, 2]")}]` })).toHaveLength(1);
    const workloads = `[${workload("w", "[1, 2]")}, ${workload("x", "[8]")}]`;
    expect(found(code, { design: isolation(row("[8, 16]")), workloads }).map(({ message }) => message)).toEqual([
      "workload `w` runs nowhere: no row has a point of its `sweep`",
    ]);
  });

  it("finds factors that make no row", () => {
    const all = found(code, { design: "{ kind: combination, factors: { max_num_seqs: [16] } }" });
    expect(all).toMatchObject([{ at: "max_num_seqs" }]);
  });

  it("accepts rows and workloads that meet, a row that is skipped, and a design without factors", () => {
    const workloads = `[${workload("w", "[8]")}]`;
    expect(found(code, { design: isolation(row("[8, 16]")), workloads })).toEqual([]);
    const skipped = row("[1]").replace(/}$/, ", skip: later }");
    expect(found(code, { design: isolation(skipped, "{ id: b, set: { max_num_seqs: 8 } }"), workloads })).toEqual([]);
    expect(found(code, { design: "{ kind: combination, factors: {} }", workloads })).toEqual([]);
    expect(found(code, { design: "{ kind: curve }", workloads })).toEqual([]);
  });
});

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
    [
      "the other side, in the baseline's place",
      `{ kind: duel, a: ${row}, b: { id: b, compound: both, set: { dtype: float16 } } }`,
      sweep,
    ],
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

describe("an offline load that chunks decide, or a barrier without chunks", () => {
  const code = "load-knob-without-effect";
  const of = (load: string, set: string) =>
    found(code, {
      workloads: `[{ workload: w, dataset: { kind: synthetic, profile: chat }, load: ${load} }]`,
      design: isolation(`{ id: a, set: { ${set} }, compound: both }`),
    }).map(({ at }) => at);

  it("moves nothing, and is said", () => {
    expect(of("{ batch_size: 8 }", "load.max_in_flight: 64")).toEqual(["load.max_in_flight"]);
    expect(of("{}", "load.barrier: false")).toEqual(["load.barrier"]);
    const swept = {
      workloads: "[{ workload: w, dataset: { kind: synthetic, profile: chat }, load: { batch_size: 8 } }]",
    };
    expect(found(code, { ...swept, more: "sweep: { load.max_in_flight: [4, 8] }\n" })).toMatchObject([
      { severity: "error", at: "load.max_in_flight" },
    ]);
  });

  it("moves the load beside what it needs", () => {
    expect(of("{}", "load.max_in_flight: 64")).toEqual([]);
    expect(of("{ batch_size: 8 }", "load.barrier: false")).toEqual([]);
    expect(of("{}", "load.barrier: false, load.batch_size: 8")).toEqual([]);
  });
});
