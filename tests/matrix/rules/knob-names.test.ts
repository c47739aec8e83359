import { describe, expect, it } from "vitest";
import { diagnose, faultsIn, found, isolation, markedIn, matrix, oneStep, stacked } from "../study-fixture.ts";

it("a flag that turns a knob off is that knob, set to false", () => {
  expect(found("unknown-knob", oneStep("no_enable_chunked_prefill: true"))).toMatchObject([
    {
      message: "`no_enable_chunked_prefill` is the flag that turns `enable_chunked_prefill` off",
      hint: "write `enable_chunked_prefill: false`",
    },
  ]);
});

describe("unknown-knob", () => {
  const code = "unknown-knob";

  it.each([
    ["POCKET_THREADS: 1", "`POCKET_THREADS` is an environment variable", "write `env.POCKET_THREADS: …`"],
    ["environment.NCCL_P2P_DISABLE: 1", "is an environment variable", "write `env.NCCL_P2P_DISABLE: …`"],
    ["MAX_NUM_SEQS: 4", "`MAX_NUM_SEQS` is not how it is spelled in a matrix", "`max_num_seqs`"],
  ])("says what a slip within brackets was meant to be, once: %s", (set, message, hint) => {
    const [one] = found("unknown-knob", { design: isolation(`{ id: a, set: { ${set} } }`) });
    expect(one?.message).toContain(message);
    expect(one?.hint).toContain(hint);
    expect(found("changes-nothing", { design: isolation(`{ id: a, set: { ${set} } }`) })).toEqual([]);
  });

  it("names the nearest knob, also where a flag was written", () => {
    const [one] = found(code, oneStep("max_num_sesq: 8"));
    expect(one).toMatchObject({ severity: "error", at: "max_num_sesq" });
    expect(one?.hint).toContain("did you mean `max_num_seqs`?");
    for (const spelled of ["--max-num-seqs: 8", "max-num-seqs: 8", "MAX_NUM_SEQS: 8"])
      expect(found(code, oneStep(spelled))[0]?.hint).toBe("write `max_num_seqs`");
  });

  it("looks at the baseline, factors, excludes and sweeps as well", () => {
    expect(found(code, { baseline: "{ knobs: { dtipe: auto } }" })).toHaveLength(1);
    const design = "{ kind: combination, factors: { dtipe: [a, b] }, exclude: [{ dtype_: a }] }";
    expect(found(code, { design }).map(({ at }) => at)).toEqual(["dtipe", "dtype_"]);
    expect(found(code, { more: "sweep: { load.concurency: [1] }" })[0]?.hint).toBe("did you mean `load.concurrency`?");
  });

  it("knows load, sampling and environment by their prefixes", () => {
    for (const knob of ["load.batch_size: 8", "sampling.max_tokens: 8", "env.CUDA_LAUNCH_BLOCKING: '1'"]) {
      expect(found(code, oneStep(knob))).toEqual([]);
    }
    expect(found(code, oneStep("env.9: x"))[0]?.message).toContain("names no environment variable");
    expect(found(code, oneStep("constructor: x"))).toHaveLength(1);
  });

  it("is a warning where --sut chose another engine, whose rows are then SKIPPED", () => {
    const [one] = found(code, oneStep("warp_drive: 9"), { overrides: { sut: "pocket-cpu" } });
    expect(one?.severity).toBe("warning");
    expect(one?.message).toContain("SKIPPED");
  });

  it("leaves a row that is skipped alone", () => {
    expect(found(code, { design: stacked('{ id: a, skip: "no knob today", set: { scheduler_steps: 8 } }') })).toEqual(
      [],
    );
  });
});

describe("unknown-member", () => {
  const code = "unknown-member";

  it("names the member that was meant, in a map and by its dotted path", () => {
    const [one, ...others] = found(code, oneStep("draft_config: { method: ngram, num_draft_token: 3 }"));
    expect(one).toMatchObject({ severity: "error", at: "num_draft_token", hint: "did you mean `num_draft_tokens`?" });
    expect(others).toEqual([]);
    const [dotted] = found(code, oneStep("draft_config.num_draft_token: 3"));
    expect(dotted).toMatchObject({ severity: "error", at: "draft_config.num_draft_token" });
  });

  it("looks into a map within the map, and not into one that may hold anything", () => {
    const [one] = found(code, oneStep("draft_config: { passes: { fuse_nrom: true }, extra: { what: 1 } }"));
    expect(one).toMatchObject({ at: "fuse_nrom", hint: "did you mean `passes.fuse_norm`?" });
    expect(found(code, oneStep("compilation_config: { anything: 1 }"))).toEqual([]);
    expect(found(code, oneStep("draft_config.extra.what: 1"))).toEqual([]);
  });

  it("warns of a name that nothing is near, with those there are, and of one that is gone, with what replaced it", () => {
    const [far] = found(code, oneStep("draft_config: { zebra: 1 }"));
    expect(far).toMatchObject({ severity: "warning", at: "zebra" });
    expect(far?.hint).toContain("method, num_draft_tokens, passes");
    const [gone] = found(code, oneStep("draft_config: { level: 3 }"));
    expect(gone).toMatchObject({ severity: "warning", hint: "instead of it: method" });
  });

  it("says it once for all rows", () => {
    const rows = [3, 5].map((count) => `{ id: k${count}, set: { draft_config: { num_draft_token: ${count} } } }`);
    expect(found(code, { design: isolation(...rows) })).toHaveLength(1);
  });

  it("leaves types, choices and ranges of members to the rules of knobs", () => {
    const text = matrix(oneStep("draft_config: { method: ngran, num_draft_tokens: 0, passes: { fuse_norm: 1 } }"));
    const said = diagnose({ "matrices/a.yaml": text }).filter(({ severity }) => severity === "error");
    expect(said.map(({ code: own, excerpt = "" }) => `${own} ${markedIn(excerpt)}`)).toEqual([
      "not-a-choice ngran",
      "out-of-range 0",
      "wrong-type 1",
    ]);
    expect(said[0]?.hint).toContain("did you mean `ngram`?");
    const [dotted] = found("not-a-choice", oneStep("draft_config.method: ngran"));
    expect(dotted?.hint).toContain("did you mean `ngram`?");
  });

  it("is said alone where the engine refuses what the misspelled member leaves out", () => {
    const engine = `extends: pocket
cannot_run:
  - id: tokens-without-method
    when: [{ knob: draft_config.num_draft_tokens, declared: true }, { knob: draft_config.method, declared: false }]
    because: nothing says how
    instead: name a method
`;
    const of = (draft: string) =>
      diagnose({
        "matrices/a.yaml": matrix({
          sut: "{ engine: drafting, model: m }",
          design: isolation(`{ id: a, set: { draft_config: ${draft} } }`),
        }),
        "sut/drafting.yaml": engine,
      }).flatMap((one) => (one.severity === "error" ? one.code : []));
    expect(of("{ num_draft_tokens: 3 }")).toEqual(["cannot-run"]);
    expect(of("{ num_draft_tokens: 3, metod: ngram }")).toEqual(["unknown-member"]);
  });
});

describe("unsupported-knob", () => {
  const code = "unsupported-knob";

  it("says that the rows are SKIPPED, and why", () => {
    const design = "{ kind: isolation, changes: [{ id: a, set: { quantization: fp8 } }] }";
    const [one] = found(code, { design }, { overrides: { sut: "pocket-cpu" } });
    expect(one).toMatchObject({ severity: "warning", at: "quantization" });
    expect(one?.message).toContain("SKIPPED: the CPU has no kernels for it");
    expect(found(code, { design })).toEqual([]);
  });
});

describe("sweep-of-engine-knob", () => {
  const code = "sweep-of-engine-knob";

  it("refuses the engine's knobs and nothing else", () => {
    const [one] = found(code, { more: "sweep: { max_num_seqs: [1, 2] }" });
    expect(one).toMatchObject({ severity: "error", at: "max_num_seqs" });
    expect(found(code, { more: "sweep: { load.concurrency: [1], sampling.max_tokens: [8] }" })).toEqual([]);
  });
});

describe("unknown-variable", () => {
  const code = "unknown-variable";

  it("finds a variable of the engine's that it does not know, and the one that was meant", () => {
    const [one] = found(code, oneStep("env.POCKET_THREDS: 4"));
    expect(one).toMatchObject({ severity: "error", at: "env.POCKET_THREDS" });
    expect(one?.message).toContain("pocket 0.32.0 does not know the variable POCKET_THREDS: it refuses to start");
    expect(one?.hint).toContain("did you mean POCKET_THREADS?");
  });

  it("says of one that is gone what to do instead, and of one to come when", () => {
    const [gone] = found(code, oneStep("env.POCKET_ENGINE: 1"));
    expect(gone).toMatchObject({ severity: "error", hint: "take it out: there is one engine" });
    expect(found(code, oneStep("env.POCKET_NEW: 1"))[0]?.message).toContain("yet: it came in 0.40.0");
    // One that is gone is no suggestion.
    expect(found(code, oneStep("env.POCKET_ENGIN: 1"))[0]?.hint).toBe("take it out");
  });

  it("says nothing of one that a newer version lacks and its row takes back", () => {
    const of = (value: string) =>
      faultsIn({
        sut: "{ engine: pocket, model: m, version: 0.19.0 }",
        baseline: "{ knobs: { env.POCKET_ENGINE: 1, swap_space: 4 } }",
        design: `{ kind: duel, b: { id: new, set: { sut.version: 0.32.0, env.POCKET_ENGINE: ${value}, swap_space: ${value} }, compound: gone } }`,
      }).map((one) => one.code);
    expect(of("null")).toEqual([]);
    expect(of("2")).toEqual(["unknown-variable", "knob-removed"]);
  });

  it("goes by the version that the matrix is written for, and only warns of a name that no list of it has", () => {
    const sut = "{ engine: pocket, model: m, version: 0.19.0 }";
    expect(found(code, { sut, ...oneStep("env.POCKET_ENGINE: 1") })).toEqual([]);
    expect(found(code, { sut, ...oneStep("env.POCKET_ZEBRA: 1") })[0]?.severity).toBe("warning");
  });

  it("leaves variables of others alone, and says one name once", () => {
    expect(found(code, oneStep("env.OMP_NUM_THREADS: 4"))).toEqual([]);
    expect(found(code, oneStep("env.POCKET_THREADS: 4"))).toEqual([]);
    const rows = [1, 2].map((value) => `{ id: v${value}, set: { env.POCKET_ZEBRA: ${value} } }`);
    expect(found(code, { design: isolation(...rows) }).map(({ message }) => message)).toEqual([
      expect.stringContaining("(here and in another place)"),
    ]);
  });

  it("points from the variable that chooses the GPUs to sut.devices", () => {
    const [one] = found(code, oneStep("env.POCKET_GPUS: '0,1'"));
    expect(one).toMatchObject({ severity: "warning", hint: expect.stringContaining("write `sut.devices`") });
  });
});
