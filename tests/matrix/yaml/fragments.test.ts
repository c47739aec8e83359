import { describe, expect, it } from "vitest";
import { brief, diagnose, load, markedIn, matrix } from "../study-fixture.ts";

const workloads = (use: string) => matrix({ workloads: `[{ use: ${use} }]` });
const chat = "dataset: { kind: synthetic, profile: chat }\n";

describe("use:", () => {
  it("puts what is written in the using file over the fragment: maps merge, lists and values replace", () => {
    const { study, diagnostics } = load({
      "matrices/a.yaml": matrix({
        baseline: "{ use: ../experiments/base.yaml, knobs: { max_num_seqs: 16, capture_sizes: [large] } }",
        workloads: "[{ use: ../experiments/w.yaml, sampling: { max_tokens: 7 } }]",
      }),
      "experiments/base.yaml":
        "id: bf16\nknobs: { dtype: bfloat16, max_num_seqs: 256, capture_sizes: [small, large] }\n",
      "experiments/w.yaml": `${chat}sampling: { max_tokens: 99, min_tokens: 2 }\n`,
    });
    expect(diagnostics).toEqual([]);
    expect(study?.baseline).toEqual({
      id: "bf16",
      label: "bf16",
      knobs: { dtype: "bfloat16", max_num_seqs: 16, capture_sizes: ["large"] },
    });
    expect(study?.workloads[0]?.sampling).toMatchObject({ max_tokens: 7, min_tokens: 2 });
  });

  it("follows fragments of fragments, each from its own folder", () => {
    const { study, diagnostics } = load({
      "matrices/a.yaml": workloads("../experiments/w.yaml"),
      "experiments/w.yaml": "use: deep/base.yaml\nsampling: { seed: 1 }\n",
      "experiments/deep/base.yaml": "dataset: { kind: jsonl, path: data.jsonl }\nsampling: { seed: 9, top_k: 5 }\n",
    });
    expect(diagnostics).toEqual([]);
    expect(study?.workloads[0]?.sampling).toMatchObject({ seed: 1, top_k: 5 });
    expect(study?.workloads[0]?.dataset).toEqual({ kind: "jsonl", path: "experiments/deep/data.jsonl" });
  });

  it("says once what is wrong in a fragment that several use, or behind an alias", () => {
    const several = matrix({
      baseline: "{ knobs: { max_num_seqs: 16 } }",
      workloads: "[{ use: ../w.yaml, workload: x }, { use: ../w.yaml, workload: y, unique: true }]",
    });
    expect(brief(diagnose({ "matrices/a.yaml": several, "w.yaml": `${chat}deadline_s: long\n` }))).toEqual([
      "wrong-type@w.yaml:2:13",
    ]);
    const aliased =
      "[{ dataset: &d { kind: synthetic, input_tokens: 8k } }, { workload: y, unique: true, dataset: *d }]";
    expect(diagnose({ "matrices/a.yaml": matrix({ workloads: aliased }) })).toMatchObject([{ code: "wrong-type" }]);
  });

  it("lets counts for all fidelities win over what a fragment says of each", () => {
    const of = (counts: string) =>
      load({
        "matrices/a.yaml": matrix({ workloads: `[{ use: ../experiments/w.yaml, counts: ${counts} }]` }),
        "experiments/w.yaml": `${chat}counts: { smoke: { requests: 4 }, screen: { requests: 7 } }\n`,
      }).study?.workloads[0]?.counts;
    expect(of("{ seconds: 120 }")).toMatchObject({ smoke: { seconds: 120 }, screen: { requests: 1, seconds: 120 } });
    expect(of("{ smoke: { requests: 5 } }")).toMatchObject({ smoke: { requests: 5 }, screen: { requests: 7 } });
  });

  it("takes a trace's path from the file that names it", () => {
    const { study, diagnostics } = load({
      "matrices/a.yaml": workloads("../experiments/w.yaml"),
      "experiments/w.yaml": `${chat}scenario: open\narrivals: { kind: trace, path: ../traces/a.csv, format: csv }\n`,
    });
    expect(diagnostics).toEqual([]);
    expect(study?.workloads[0]?.arrivals).toEqual({ kind: "trace", path: "traces/a.csv", format: "csv" });
  });

  it("does not merge two kinds of one thing", () => {
    const { study, diagnostics } = load({
      "matrices/a.yaml": matrix({ workloads: "[{ use: w.yaml, dataset: { kind: cnn-dailymail } }]" }),
      "matrices/w.yaml": chat,
    });
    expect(diagnostics).toEqual([]);
    expect(study?.workloads[0]?.dataset).toEqual({ kind: "cnn-dailymail" });
  });

  it("gives a workload without a name that of its fragment's file, else its number", () => {
    const { study } = load({
      "matrices/a.yaml": matrix({ workloads: `[{ use: chat.yaml }, { ${chat.trim()} }, { use: named.yaml }]` }),
      "matrices/chat.yaml": chat,
      "matrices/named.yaml": `workload: mine\n${chat}`,
    });
    expect(study?.workloads.map(({ name }) => name)).toEqual(["chat", "workload-2", "mine"]);
  });

  it("blames the file that said it", () => {
    const all = diagnose({
      "matrices/a.yaml": matrix({ baseline: "{ use: ../experiments/base.yaml }" }),
      "experiments/base.yaml": "id: b\nknobs:\n  dtype: float99\n  max_num_sequences: 4\n",
    });
    expect(brief(all)).toEqual(["not-a-choice@experiments/base.yaml:3:10", "unknown-knob@experiments/base.yaml:4:3"]);
    expect(all.map(({ excerpt = "" }) => markedIn(excerpt))).toEqual(["float99", "max_num_sequences"]);
  });

  it("reports a broken fragment once, however often it is used", () => {
    const all = diagnose({
      "matrices/a.yaml": matrix({ workloads: "[{ use: w.yaml, workload: a }, { use: w.yaml, workload: b }]" }),
      "matrices/w.yaml": "dataset: [\n",
    });
    expect(all.map(({ code, file }) => `${code} ${file}`)).toEqual(["not-yaml matrices/w.yaml"]);
  });
});

describe("fragments that cannot be had", () => {
  it.each([
    ["a load that its scenario would read", "[{ use: gone.yaml, load: { concurrency: 4 } }]", ""],
    ["a swept load", "[{ use: gone.yaml }]", "sweep: { load.rate: [1, 2] }\n"],
    ["arrivals", "[{ use: gone.yaml, arrivals: { kind: constant } }]", ""],
  ])("leave nothing to say of %s", (_, parts, more) => {
    expect(brief(diagnose({ "matrices/a.yaml": matrix({ workloads: parts, more }) }))).toEqual([
      "missing-fragment@matrices/a.yaml:6:20",
    ]);
  });

  it("hide no load that a scenario written beside them does not read", () => {
    const parts = { workloads: "[{ use: gone.yaml, scenario: closed, load: { rate: 4 } }]" };
    const all = brief(diagnose({ "matrices/a.yaml": matrix(parts) })).map((one) => one.split("@")[0]);
    expect(all).toEqual(["missing-fragment", "does-nothing"]);
  });

  it.each([
    ["gone.yaml", "missing-fragment", "looked in matrices"],
    ["w.yml", "missing-fragment", "did you mean `w.yaml`?"],
    ["W", "missing-fragment", "did you mean `w.yaml`?"],
    ["../../elsewhere/w.yaml", "path-leaves-study", "inside the study's folder"],
    ["/etc/passwd", "absolute-path", "from the file that uses it"],
  ])("use: %s", (use, code, hint) => {
    const all = diagnose({ "matrices/a.yaml": workloads(use), "matrices/w.yaml": chat });
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ code, severity: "error", line: 6 });
    expect(all[0]?.hint).toContain(hint);
    expect(markedIn(all[0]?.excerpt ?? "")).toBe(use);
  });

  it("shows the circle of a cycle", () => {
    const all = diagnose({
      "matrices/a.yaml": workloads("b.yaml"),
      "matrices/b.yaml": "use: c.yaml\n",
      "matrices/c.yaml": "use: b.yaml\n",
    });
    expect(brief(all)).toEqual(["fragment-cycle@matrices/c.yaml:1:6"]);
    expect(all[0]?.message).toContain("matrices/b.yaml → matrices/c.yaml → matrices/b.yaml");
  });

  it("a matrix that uses itself is a cycle too", () => {
    expect(brief(diagnose({ "matrices/a.yaml": workloads("a.yaml") }))).toEqual([
      "fragment-cycle@matrices/a.yaml:6:20",
    ]);
  });
});
