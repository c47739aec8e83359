import { describe, expect, it } from "vitest";
import { brief, diagnose, load, loadParts, matrix } from "./study-fixture.ts";

function study(parts: Parameters<typeof matrix>[0], overrides = {}) {
  return load({ "matrices/a.yaml": matrix(parts) }, overrides).study;
}

describe("a study's defaults", () => {
  it("need no baseline", () => {
    const { study: bare, diagnostics } = load({ "matrices/a.yaml": matrix({}).replace(/^baseline:.*\n/m, "") });
    expect(diagnostics).toEqual([]);
    expect(bare?.baseline).toEqual({ id: "baseline", label: "baseline", knobs: {} });
  });

  it("are those of the table", () => {
    const one = study({ baseline: "{}" });
    expect(one).toMatchObject({
      repeats: 4,
      order: "interleaved",
      seed: 20260101,
      fidelity: "screen",
      launch: "each",
      accuracy: null,
      trialBudget: null,
      version: "0.32.0",
      standIn: null,
      file: "matrices/a.yaml",
      baseline: { id: "baseline", knobs: {} },
    });
    expect(one?.workloads).toEqual([
      {
        name: "workload-1",
        ruleset: null,
        scenario: "offline",
        endpoint: "completions",
        prompt: "tokens",
        dataset: { kind: "synthetic", profile: "chat" },
        selection: {},
        sampling: { temperature: 0, top_p: 1, top_k: 1, seed: 42, max_tokens: 2000, min_tokens: 1, ignore_eos: false },
        maxTokensFollow: true,
        load: { order: "declared" },
        arrivals: null,
        slo: null,
        cancel: null,
        classes: [],
        extraBody: {},
        promptLengths: "as_made",
        unique: false,
        warmupRequests: 8,
        cache: "reset",
        deadlineS: 600,
        counts: {
          smoke: { requests: 64, seconds: 0, repeats: 1 },
          screen: { requests: 512, seconds: 10 },
          valid: { requests: 2048, seconds: 600 },
          submission: { requests: 2048, seconds: 600 },
        },
      },
    ]);
  });

  it("send text where the dataset is written, and put a barrier between client chunks", () => {
    const workload =
      "{ dataset: { kind: cnn-dailymail }, load: { batch_size: 4 }, counts: { smoke: { requests: 9 } } }";
    expect(study({ workloads: `[${workload}]` })?.workloads[0]).toMatchObject({
      prompt: "text",
      load: { batch_size: 4, barrier: true },
      counts: { smoke: { requests: 9, repeats: 1 } },
    });
  });

  it("set no second limit where one is given: requests, or seconds, or both", () => {
    const of = (counts: string) =>
      study({ workloads: `[{ dataset: { kind: synthetic, profile: chat }, counts: ${counts} }]` })?.workloads[0]
        ?.counts;
    expect(of("{ screen: { requests: 9 } }")?.screen).toEqual({ requests: 9 });
    expect(of("{ screen: { seconds: 30 }, valid: { repeats: 2 } }")).toMatchObject({
      screen: { requests: 1, seconds: 30 },
      valid: { requests: 2048, seconds: 600, repeats: 2 },
    });
    expect(of("{ valid: { requests: 5, seconds: 7 } }")?.valid).toEqual({ requests: 5, seconds: 7 });
  });

  it("take counts for each fidelity that says nothing itself", () => {
    const of = (counts: string) =>
      study({ workloads: `[{ dataset: { kind: synthetic, profile: chat }, counts: ${counts} }]` })?.workloads[0];
    expect(of("{ seconds: 120 }")).toMatchObject({
      counts: {
        smoke: { requests: 1, seconds: 120, repeats: 1 },
        screen: { requests: 1, seconds: 120 },
        valid: { requests: 1, seconds: 120 },
      },
      countsOfAll: ["smoke", "screen", "valid", "submission"],
    });
    const some = of("{ requests: 200, smoke: { requests: 8 }, valid: { repeats: 2 } }");
    expect(some?.counts).toMatchObject({
      smoke: { requests: 8 },
      screen: { requests: 200 },
      valid: { requests: 200, repeats: 2 },
    });
    expect(some?.countsOfAll).toEqual(["screen", "valid", "submission"]);
    expect(of("{ screen: { requests: 9 } }")).not.toHaveProperty("countsOfAll");
  });

  it("need no dataset where each class has one, and send token ids where all are made of them", () => {
    const made = "{ name: a, dataset: { kind: synthetic, input_tokens: 64, output_tokens: 700 } }";
    const of = (classes: string) => load({ "matrices/a.yaml": matrix({ workloads: `[{ classes: [${classes}] }]` }) });
    const one = of(made);
    expect(one.diagnostics).toEqual([]);
    expect(one.study?.workloads[0]).toMatchObject({
      prompt: "tokens",
      sampling: { max_tokens: 700 },
      classes: [{ dataset: { input_tokens: { distribution: "fixed", value: 64 } } }],
    });
    const written = of(`${made}, { name: b, dataset: { kind: jsonl, path: q.jsonl } }`);
    expect(written.study?.workloads[0]).toMatchObject({
      prompt: "text",
      classes: [{}, { dataset: { path: "matrices/q.jsonl" } }],
    });
    expect(of(`${made}, { name: b }`).diagnostics).toMatchObject([{ code: "missing-key" }]);
  });

  it("give way to the matrix, and the matrix to the command line", () => {
    const parts = { more: "seed: 7\nfidelity: valid\nrepeats: 5\norder: declared\nlaunch: shared" };
    expect(study(parts)).toMatchObject({ seed: 7, fidelity: "valid", repeats: 5, order: "declared", launch: "shared" });
    expect(study(parts, { seed: 0, fidelity: "smoke" })).toMatchObject({ seed: 0, fidelity: "smoke" });
  });
});

describe("places", () => {
  it("lead from pointers into the merged matrix to where each thing was said", () => {
    const one = study({});
    expect(one?.locations.get("/baseline/knobs/max_num_seqs")).toMatchObject({ line: 4, column: 36 });
    expect(one?.locations.get("/design/changes/0/set/dtype")).toMatchObject({ file: "matrices/a.yaml", line: 5 });
  });

  it("are kept by rows, factors and excludes", () => {
    const design = "{ kind: combination, factors: { dtype: [a], max_num_seqs: [1] }, exclude: [{ dtype: a }] }";
    expect(study({ design })).toMatchObject({
      design: { factors: [{ pointer: "/design/factors/dtype" }, { pointer: "/design/factors/max_num_seqs" }] },
      exclude: [{ pointer: "/design/exclude/0" }],
    });
  });
});

describe("another engine by --sut", () => {
  const workloads =
    "[{ workload: mine, scenario: closed, load: { concurrency: 2 }, dataset: { kind: cnn-dailymail, form: edge }, selection: { first: 3 } }]";

  it("brings its model and dataset, says so, and leaves the rest", () => {
    const one = study({ sut: "{ engine: pocket, model: big, revision: abc }", workloads }, { sut: "pocket-cpu" });
    expect(one).toMatchObject({
      model: "tiny",
      revision: null,
      declaredEngine: "pocket",
      standIn: "a CPU has no room for the model, so a tiny one answers short chats",
      engine: { name: "pocket-cpu", origin: "simulated" },
    });
    expect(one?.workloads[0]).toMatchObject({
      name: "mine",
      scenario: "closed",
      prompt: "tokens",
      dataset: { kind: "synthetic", profile: "chat" },
      selection: {},
      sampling: { max_tokens: 16, min_tokens: 1 },
      counts: { smoke: { requests: 8 } },
    });
  });

  it("keeps what a synthetic workload declares, and its counts, and says so of nothing else", () => {
    const of = (dataset: string, counts: string) => {
      const made = `[{ scenario: closed, load: { concurrency: 2 }, dataset: ${dataset}, counts: ${counts} }]`;
      return study({ workloads: made }, { sut: "pocket-cpu" })?.workloads[0];
    };
    const lengths = "{ kind: synthetic, input_tokens: 300, output_tokens: 512 }";
    expect(of(lengths, "{ smoke: { requests: 99 } }")).toMatchObject({
      dataset: { output_tokens: { value: 512 } },
      sampling: { max_tokens: 512 },
      counts: { smoke: { requests: 99 }, screen: { requests: 512, seconds: 10 } },
    });
    // Where nothing is said, the stand-in's scale holds.
    expect(of(lengths, "{ screen: { requests: 9 } }")?.counts.smoke).toMatchObject({ requests: 8 });
    expect(of(lengths, "{ seconds: 30 }")?.counts.smoke).toMatchObject({ requests: 1, seconds: 30 });
    expect(of("{ kind: conversations }", "{ seconds: 30 }")?.dataset).toEqual({ kind: "conversations" });
    const mixed =
      "[{ classes: [{ name: a, dataset: { kind: synthetic } }, { name: b, dataset: { kind: jsonl, path: q } }] }]";
    expect(study({ workloads: mixed }, { sut: "pocket-cpu" })?.workloads[0]).toMatchObject({
      dataset: { kind: "synthetic", profile: "chat" },
      classes: [{ name: "a", dataset: { kind: "synthetic" } }, { name: "b" }],
    });
  });

  it("measures no accuracy where its dataset has no references, and says that", () => {
    const parts = { workloads, more: "accuracy: true" };
    expect(study(parts)?.accuracy).toMatchObject({ name: "mine" });
    expect(study(parts, { sut: "pocket-cpu" })?.accuracy).toBeNull();
    const all = diagnose({ "matrices/a.yaml": matrix(parts) }, { overrides: { sut: "pocket-cpu" } });
    expect(all).toMatchObject([{ code: "accuracy-left-out", severity: "info", line: 7 }]);
  });

  it("stands in for nothing where the matrix itself names it", () => {
    const one = study({ sut: "{ engine: pocket-cpu, model: big }", workloads }, { sut: "pocket-cpu" });
    expect(one).toMatchObject({ model: "big", standIn: null });
    expect(one?.workloads[0]?.dataset).toMatchObject({ kind: "cnn-dailymail" });
  });

  it("has a version of its own", () => {
    const sut = "{ engine: pocket, model: m, version: 0.40.0 }";
    expect(study({ sut })?.version).toBe("0.40.0");
    expect(study({ sut }, { sut: "pocket-cpu" })?.version).toBe("0.32.0");
  });

  it("that is nowhere is a diagnostic", () => {
    const all = diagnose({ "matrices/a.yaml": matrix({}) }, { overrides: { sut: "nowhere" } });
    expect(all).toMatchObject([
      {
        code: "unknown-engine",
        file: "--sut nowhere",
        hint: "looked in sut. For another engine write sut/nowhere.yaml (docs/adding.md); for a server that runs already, `engine: endpoint` with its `url`",
      },
    ]);
  });
});

describe("a study that is wrong in part", () => {
  it("is made from what is right", () => {
    const text = matrix({
      design:
        "{ kind: isolation, changes: [{ set: { dtype: float16 } }, { id: b, set: 3 }, { id: c, set: { dtype: auto } }] }",
      workloads: "[{ dataset: { kind: video } }]",
      more: "repeats: 0",
    });
    const { study: one, diagnostics } = load({ "matrices/a.yaml": text });
    expect(brief(diagnostics)).toEqual([
      "missing-key@matrices/a.yaml:5:38",
      "wrong-type@matrices/a.yaml:5:81",
      "not-a-choice@matrices/a.yaml:6:32",
      "out-of-range@matrices/a.yaml:7:10",
    ]);
    expect(one?.repeats).toBe(4);
    expect(one?.design).toMatchObject({
      changes: [
        { id: "row-1", pointer: "/design/changes/0" },
        { id: "c", pointer: "/design/changes/2" },
      ],
    });
  });

  it("lacks a dataset, which is said at the workload", () => {
    const { diagnostics } = load({ "matrices/a.yaml": matrix({ workloads: "[{ workload: bare }]" }) });
    expect(brief(diagnostics)).toEqual(["missing-key@matrices/a.yaml:6:13"]);
  });

  it("has a dataset whose path differs from machine to machine", () => {
    const workloads = "[{ dataset: { kind: jsonl, path: /data/x.jsonl } }]";
    const { diagnostics } = load({ "matrices/a.yaml": matrix({ workloads }) });
    expect(diagnostics).toMatchObject([{ code: "dataset-outside", severity: "warning" }]);
  });

  it("says what is wrong with a class that is not a map, and goes on without it", () => {
    const workloads =
      "[{ classes: [interactive, { name: batch, dataset: { kind: synthetic } }], dataset: { kind: synthetic } }]";
    const { study: made, diagnostics } = loadParts({ workloads });
    expect(diagnostics.map(({ code }) => code)).toEqual(["wrong-type"]);
    expect(made?.workloads[0]?.classes.map(({ name }) => name)).toEqual(["batch"]);
  });
});
