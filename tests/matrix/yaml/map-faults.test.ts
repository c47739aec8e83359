import { describe, expect, it } from "vitest";
import { diagnose, faultsIn } from "../study-fixture.ts";

const open = (members: string) =>
  `[{ workload: w, scenario: open, load: { rate: 4 }, dataset: { kind: synthetic, profile: chat }, ${members} }]`;

describe("the keys of one map", () => {
  it("of another tool's file are one fault", () => {
    const said = (text: string) =>
      diagnose({ "matrices/a.yaml": text }).map(({ message, hint }) => ({ message, hint }));
    expect(said("apiVersion: apps/v1\nkind: Deployment\nspec: { replicas: 1 }\n")).toEqual([
      {
        message:
          "this is not a matrix: it has apiVersion, kind, spec, and none of study, question, sut, design, workloads",
        hint: expect.stringContaining("`ceteris init DIR` writes a matrix, with `--from FILE`"),
      },
    ]);
    expect(said("Study: a\nQuestion: b\n").map(({ message }) => message)).toContain("the file takes no `Study`");
    expect(said("load: { rate: 1 }\nserver: { type: vllm }\n").map(({ message }) => message)).toContain(
      "`server` is a word of other tools",
    );
  });

  it.each([
    ["warmup: { seconds: 3 }", "seconds", "a warm-up is counted, `requests: …`, or goes on beyond that, `until_steady"],
    ["warmup: { iterations: 5 }", "iterations", "here it is `requests`: sent first"],
    ["arrivals: { kind: gamma, cv: 2 }", "cv", "here it is `burstiness`: shape of the gaps"],
    ["cancel: { rate: 0.1, after_s: 1 }", "rate", "here it is `share`: of the requests"],
    ["classes: [{ name: a, rate: 2 }]", "rate", "here it is `share`"],
    ["classes: [{ name: a, arrivals: { kind: constant } }]", "arrivals", "`share: …` deals them out"],
    ["stop: { ttft.p99: 500 }", "ttft.p99", "write `ttft_p99_ms: …`"],
    ["stop: { tpot_p99.9: 500 }", "tpot_p99.9", "write `tpot_p99.9_ms: …`"],
    ["stop: { failed_share: 50 }", "50", "a share of the requests: 0.05 is 5 %"],
    ["stop: { ttft_ms: 500 }", "ttft_ms", "write `ttft_p99_ms: …`"],
    ["slo: { p99_ttft_ms: 500 }", "p99_ttft_ms", "write `ttft_ms: …`: an slo is for each request"],
    ["knobs: { dtype: float16 }", "knobs", "named points of a factor"],
    ["counts: { conversations: 80 }", "conversations", "it counts turns: conversations × turns"],
  ])("in %s", (members, at, hint) => {
    expect(faultsIn({ workloads: open(members) })).toMatchObject([{ at, hint: expect.stringContaining(hint) }]);
  });

  const lengths = (length: string) =>
    faultsIn({ workloads: `[{ dataset: { kind: synthetic, input_tokens: ${length}, output_tokens: 8 } }]` });

  it("lack all at once, less what another key stands for", () => {
    expect(lengths("{ distribution: normal, mean: 8, std: 2 }")).toMatchObject([
      { code: "missing-key", message: "`input_tokens` lacks `min` and `max`" },
      { code: "unknown-key", at: "std", hint: "here it is `stdev`" },
    ]);
  });

  it("say the form that was meant where nothing does", () => {
    expect(lengths("{ mean: 8, std: 2 }")).toMatchObject([
      { hint: "add `distribution: normal`, which has mean, stdev, min, max" },
    ]);
    expect(lengths("{ low: 8 }")[0]?.hint).toContain("`distribution:");
    expect(faultsIn({ workloads: "[{ dataset: { path: a.jsonl } }]" })[0]?.hint).toBe(
      "add `kind: jsonl`, which has path, sha256",
    );
    expect(faultsIn({ workloads: "[{ dataset: { path: a.txt } }]" })[0]?.hint).toMatch(
      /^add `kind:`, of cnn-dailymail, .*jsonl.*, which take what is written$/,
    );
  });

  it("that another form takes name it, and never write what was refused", () => {
    expect(lengths("{ distribution: lognormal, mean: 100, stdev: 5, min: 1, max: 200 }")).toMatchObject([
      { message: "`distribution: lognormal` takes no `mean`", hint: "write `distribution: normal`, which has it" },
      { message: "`distribution: lognormal` takes no `stdev`", hint: "write `distribution: normal`, which has it" },
    ]);
    const [, of] = lengths("{ distribution: uniform, mean: 100, min: 1 }");
    expect(of).toMatchObject({ hint: "`distribution: normal` has it; `distribution: uniform` takes min, max" });
    expect(faultsIn({ design: "{ kind: isolation, factors: { dtype: [float16] } }" })).toMatchObject([
      { message: "`kind: isolation` takes no `factors`", hint: "write `kind: combination`, which has it" },
    ]);
    expect(faultsIn({ workloads: "[{ dataset: { kind: synthetic, turns: 3, prefix_groups: 2 } }]" })).toMatchObject([
      {
        message: "`kind: synthetic` takes no `turns`",
        hint: expect.stringMatching(
          /^`kind: conversations` and `kind: sharegpt` have it; `kind: synthetic` takes profile/,
        ),
      },
    ]);
  });

  it.each([
    [
      "{ load: { concurrency: [1, 2] } }",
      "`load` is not a setting, and an axis varies one",
      "write `load.concurrency: …`",
    ],
    ["{ load.concurrency: { values: [1, 2] } }", "`load.concurrency` takes no `values`", "values, a range"],
    ["{ load.concurrency: { min: 1, to: 8, step: 1 } }", "`load.concurrency` takes no `min`", "here it is `from`"],
    ["{ load.concurrency: { from: 1, to: 8, count: 3 } }", "`load.concurrency` takes no `count`", "by `step: …` or by"],
  ])("of an axis: %s", (sweep, message, hint) => {
    const workloads = "[{ scenario: closed, dataset: { kind: synthetic, profile: chat } }]";
    expect(faultsIn({ workloads, more: `sweep: ${sweep}\n` })).toMatchObject([
      { message, hint: expect.stringContaining(hint) },
    ]);
  });

  it("of a workload: its name has another one", () => {
    const workloads = "[{ name: chat, scenario: closed, dataset: { kind: synthetic, profile: chat } }]";
    expect(faultsIn({ workloads })).toMatchObject([
      { message: "`workloads[0]` takes no `name`", hint: expect.stringContaining("here it is `workload`") },
    ]);
  });

  it("of a design that a workload has are named as such", () => {
    expect(faultsIn({ design: "{ kind: curve, slo: { ttft_ms: 500 } }" })).toMatchObject([
      { hint: "it belongs to a workload: `slo: …`" },
    ]);
  });

  it("of a row: settings beside its id, or another word for one of them", () => {
    const row = (text: string) => faultsIn({ design: `{ kind: isolation, changes: [${text}] }` });
    expect(row("{ id: a, dtype: float16 }")).toMatchObject([
      { hint: "settings stand in `set`: write `set: { dtype: … }`" },
    ]);
    expect(row("{ name: a, set: { dtype: float16 } }")).toMatchObject([
      { hint: expect.stringContaining("here it is `id`") },
    ]);
  });

  it("of a system that is a server of its own are two studies", () => {
    const more = "systems: [{ id: a, url: 'http://a:1' }, { id: b, url: 'http://b:1' }]\n";
    expect(faultsIn({ more }).map(({ at, hint }) => [at, hint.slice(0, 29)])).toEqual([
      ["url", "two services are two studies:"],
      ["url", "two services are two studies:"],
    ]);
  });
});
