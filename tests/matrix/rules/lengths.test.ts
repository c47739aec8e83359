import { describe, expect, it } from "vitest";
import { diagnose, found, isolation, markedIn, matrix } from "../study-fixture.ts";

describe("request-over-length", () => {
  const code = "request-over-length";
  const baseline = "{ knobs: { max_model_len: 2048 } }";
  const of = (dataset: string, more = "") => `[{ workload: w, dataset: { ${dataset} }${more} }]`;
  const fixed = (input: number, output: number) => `kind: synthetic, input_tokens: ${input}, output_tokens: ${output}`;

  it("finds prompts and answers that do not fit together", () => {
    const [one, ...others] = found(code, { baseline, workloads: of(fixed(8192, 1024)) });
    expect(others).toEqual([]);
    expect(one).toMatchObject({ severity: "error", at: "8192" });
    expect(one?.message).toContain(
      "asks for up to 9216 tokens a request, prompt and answer, and `max_model_len` is 2048",
    );
    expect(one?.hint).toContain("raise `max_model_len` to 9216");
    expect(found(code, { baseline, workloads: of(fixed(1024, 1024)) })).toEqual([]);
    expect(found(code, { baseline, workloads: of(fixed(1024, 1025)) })).toHaveLength(1);
  });

  it("names the experiments, however many there are, and looks at what rows set", () => {
    const more = "sweep: { load.batch_size: [4, 8] }";
    const [one] = found(code, { baseline, workloads: of(fixed(4096, 64)), more });
    expect(one?.message).toContain("experiment of `baseline·bs4` (and 3 more)");
    const design = isolation("{ id: short, set: { max_model_len: 512 } }");
    const [row] = found(code, { baseline, design, workloads: of(fixed(1024, 64)) });
    expect(row?.message).toContain("`max_model_len` is 512 in the experiment of `short`");
  });

  it("goes by what the model was made for where nothing is set", () => {
    expect(found(code, { workloads: of(fixed(8192, 64)) })).toEqual([]);
    expect(found(code, { workloads: of(fixed(8192, 64)) }, { modelLength: 4096 })).toHaveLength(1);
  });

  it("only warns where the tail of a distribution does not fit, and not where an answer's limit cuts it", () => {
    expect(found(code, { baseline, workloads: of("kind: synthetic, profile: chat") })[0]?.severity).toBe("warning");
    const even = "kind: synthetic, input_tokens: { distribution: uniform, min: 100, max: 4000 }, output_tokens: 8";
    expect(found(code, { baseline, workloads: of(even) })[0]?.severity).toBe("error");
    const cut = ", load: { truncate_prompt_tokens: 1024 }";
    expect(found(code, { baseline, workloads: of(even, cut) })).toEqual([]);
  });

  it("counts what a conversation carries, and the answers' limit of a file", () => {
    const talk = "kind: conversations, turns: 4, input_tokens: 400, output_tokens: 200, system_tokens: 100";
    expect(found(code, { baseline, workloads: of(talk, ", endpoint: chat") })[0]?.message).toContain(
      "up to 2500 tokens",
    );
    const file = of("kind: jsonl, path: a.jsonl", ", sampling: { max_tokens: 2048 }");
    expect(found(code, { baseline, workloads: file })[0]?.message).toContain("up to 2049 tokens");
    expect(found(code, { baseline, workloads: of("kind: jsonl, path: a.jsonl") })).toEqual([]);
  });

  it("says nothing of a distribution that lacks its bound, which has its diagnostic", () => {
    const workloads = "[{ dataset: { kind: synthetic, input_tokens: { distribution: uniform, min: 8 } } }]";
    expect(found("request-over-length", { workloads, baseline: "{ knobs: { max_model_len: 64 } }" })).toEqual([]);
  });

  it("takes null at a point of a sweep as not set: the workload's own length holds", () => {
    const points = "[{ id: own, dataset.input_tokens: null }, { id: long, dataset.input_tokens: 4000 }]";
    const workloads = "[{ dataset: { kind: synthetic, input_tokens: 64, output_tokens: 8 } }]";
    const said = found(code, { baseline, workloads, more: `sweep: { shape: ${points} }\n` });
    expect(said.map(({ message }) => message.includes("up to 4008 tokens"))).toEqual([true]);
  });
});

describe("output-over-limit", () => {
  const code = "output-over-limit";
  const one = (members: string, dataset = "output_tokens: 512") =>
    `[{ workload: w, dataset: { kind: synthetic, input_tokens: 64, ${dataset} }${members} }]`;

  it("is an error where declared answers are longer than a limit that is written", () => {
    const [only, ...others] = found(code, { workloads: one(", sampling: { max_tokens: 128 }") });
    expect(only).toMatchObject({
      severity: "error",
      at: "512",
      message: "workload `w` asks for answers of up to 512 tokens, and its `sampling.max_tokens` is 128",
    });
    expect(only?.hint).toContain("raise it to 512");
    expect(others).toEqual([]);
    const drawn = "output_tokens: { distribution: normal, mean: 100, stdev: 50, min: 1, max: 400 }";
    expect(found(code, { workloads: one(", sampling: { max_tokens: 256 }", drawn) })).toHaveLength(1);
    expect(found(code, { workloads: one(", sampling: { max_tokens: 400 }", drawn) })).toEqual([]);
  });

  it("is one where the least length is above the most", () => {
    const least = (tokens: number) =>
      found(code, { workloads: one(`, sampling: { max_tokens: 128, min_tokens: ${tokens} }`, "profile: chat") });
    const message = "workload `w` asks for answers of at least 256 tokens, and its `sampling.max_tokens` is 128";
    expect(least(256)).toMatchObject([{ at: "256", message }]);
    expect(least(128)).toEqual([]);
  });

  it("looks at what rows and axes set, once for each place", () => {
    const more = "sweep: { dataset.output_tokens: [64, 256, 512] }";
    const swept = found(code, { workloads: one(", sampling: { max_tokens: 128 }", "profile: chat"), more });
    expect(swept).toHaveLength(1);
    const limits = found(code, { workloads: one(""), more: "sweep: { sampling.max_tokens: [64, 512] }" });
    expect(limits[0]?.message).toContain("its `sampling.max_tokens` is 64");
    expect(limits[0]).toMatchObject({ at: "[64, 512]", hint: expect.stringContaining("take it out here") });
    const over = "sweep: { dataset.output_tokens: [64, 512] }";
    const [written] = found(code, {
      workloads: one(", sampling: { max_tokens: 128 }", "output_tokens: 32"),
      more: over,
    });
    expect(written).toMatchObject({ at: "[64, 512]" });
  });

  it("finds none where nothing sets the limit, and lets a limit cut a profile", () => {
    expect(found(code, { workloads: one("") })).toEqual([]);
    expect(found(code, { workloads: one(", sampling: { max_tokens: 128 }", "profile: chat") })).toEqual([]);
  });

  it("names the class whose dataset it is", () => {
    const classes =
      ", classes: [{ name: long, dataset: { kind: synthetic, output_tokens: 900 }, sampling: { max_tokens: 800 } }]";
    expect(found(code, { workloads: one(classes) })[0]).toMatchObject({
      at: "900",
      message: "workload `w`, class `long`, asks for answers of up to 900 tokens, and its `sampling.max_tokens` is 800",
    });
  });

  it("says nothing of a distribution that lacks its bound, which has its diagnostic", () => {
    const workloads =
      "[{ dataset: { kind: synthetic, output_tokens: { distribution: uniform, min: 8 } }, sampling: { max_tokens: 4 } }]";
    expect(found("output-over-limit", { workloads })).toEqual([]);
  });
});

describe("prefix-over-prompt", () => {
  const code = "prefix-over-prompt";
  const of = (members: string, more = "") => `[{ workload: w, dataset: { kind: synthetic, ${members} }${more} }]`;

  it("finds a shared prefix that is as long as the prompts, or longer", () => {
    const [one] = found(code, { workloads: of("input_tokens: 1600, shared_prefix_tokens: 2400") });
    expect(one).toMatchObject({ severity: "error", at: "2400" });
    expect(one?.message).toBe(
      "workload `w` shares a prefix of 2400 tokens, and its prompts have 1600 at most, the prefix among them",
    );
    expect(found(code, { workloads: of("input_tokens: 64, shared_prefix_tokens: 64") })).toHaveLength(1);
    expect(found(code, { workloads: of("profile: chat, shared_prefix_tokens: 4000") })).toHaveLength(1);
  });

  it("leaves one alone that the longest prompts have room for", () => {
    expect(found(code, { workloads: of("input_tokens: 256, shared_prefix_tokens: 192") })).toEqual([]);
    expect(found(code, { workloads: of("profile: chat, shared_prefix_tokens: 400") })).toEqual([]);
    const even = "input_tokens: { distribution: uniform, min: 100, max: 1000 }";
    expect(found(code, { workloads: of(`${even}, shared_prefix_tokens: 99`) })).toEqual([]);
  });

  it("warns where many prompts would be lifted above it", () => {
    const even = "input_tokens: { distribution: uniform, min: 100, max: 1000 }";
    const [one] = found(code, { workloads: of(`${even}, shared_prefix_tokens: 800`) });
    expect(one).toMatchObject({ severity: "warning", at: "800" });
    expect(one?.message).toContain("every prompt that is drawn shorter gets 801");
    expect(found(code, { workloads: of("profile: chat, shared_prefix_tokens: 500") })).toHaveLength(1);
  });

  it("looks at what rows, axes and classes set, once for each place", () => {
    const more = "sweep: { dataset.shared_prefix_tokens: [64, 512, 1024] }";
    expect(found(code, { workloads: of("input_tokens: 256"), more })).toHaveLength(1);
    const classes = ", classes: [{ name: a, dataset: { kind: synthetic, input_tokens: 8, shared_prefix_tokens: 9 } }]";
    expect(found(code, { workloads: of("profile: chat", classes) })[0]?.message).toContain("class `a`");
  });

  it("says nothing of a distribution that lacks its bound, which has its diagnostic", () => {
    const workloads =
      "[{ dataset: { kind: synthetic, shared_prefix_tokens: 4, input_tokens: { distribution: uniform, min: 8 } } }]";
    expect(found("prefix-over-prompt", { workloads })).toEqual([]);
  });
});

describe("clipped-distribution", () => {
  const of = (input: string) =>
    found("clipped-distribution", {
      workloads: `[{ workload: w, dataset: { kind: synthetic, input_tokens: ${input}, output_tokens: 8 } }]`,
    });

  it("warns where the middle lies outside the bounds, and says which length most have", () => {
    expect(of("{ distribution: normal, mean: 100, stdev: 0, min: 200, max: 300 }")).toMatchObject([
      {
        severity: "warning",
        at: "100",
        message: "`input_tokens` of workload `w` has its mean 100 outside its bounds: most lengths are its min, 200",
      },
    ]);
    expect(of("{ distribution: lognormal, median: 900, sigma: 1, min: 2, max: 300 }")).toMatchObject([
      { at: "900", message: expect.stringContaining("most lengths are its max, 300") },
    ]);
  });

  it("has nothing against a middle between them, even lengths, and bounds that leave none", () => {
    expect(of("{ distribution: normal, mean: 200, stdev: 9, min: 200, max: 300 }")).toEqual([]);
    expect(of("{ distribution: uniform, min: 200, max: 300 }")).toEqual([]);
    expect(of("{ distribution: normal, mean: 100, stdev: 0, min: 300, max: 200 }")).toEqual([]);
  });
});

describe("empty-distribution", () => {
  const code = "empty-distribution";
  const lengths = (input: string, output = "{ distribution: fixed, value: 8 }") =>
    `{ dataset: { kind: synthetic, input_tokens: ${input}, output_tokens: ${output} } }`;

  it("is an error where the smallest is above the largest", () => {
    const [one, ...others] = found(code, { workloads: `[${lengths("{ distribution: uniform, min: 20, max: 10 }")}]` });
    expect(one).toMatchObject({ severity: "error", at: "20" });
    expect(one?.message).toContain("`input_tokens` of workload `workload-1` has no length: min 20 is above max 10");
    expect(others).toEqual([]);
  });

  it("looks at outputs, at log-normal lengths and at accuracy's own workload", () => {
    const fine = "{ distribution: uniform, min: 10, max: 10 }";
    const wrong = "{ distribution: lognormal, median: 5, sigma: 1, min: 9, max: 3 }";
    expect(found(code, { workloads: `[${lengths(fine, wrong)}]` }).map(({ at }) => at)).toEqual(["9"]);
    expect(found(code, { more: `accuracy: ${lengths(wrong)}` }).map(({ at }) => at)).toEqual(["9"]);
  });

  it("looks at the dataset of a class, and at normal lengths", () => {
    const own = lengths("{ distribution: normal, mean: 5, stdev: 1, min: 9, max: 3 }").slice(2, -2);
    const workloads = `[{ dataset: { kind: synthetic }, classes: [{ name: a }, { name: b, ${own} }] }]`;
    expect(found(code, { workloads }).map(({ at }) => at)).toEqual(["9"]);
  });

  it("says a workload's mistake once where accuracy scores the same workload", () => {
    const workloads = `[${lengths("{ distribution: uniform, min: 2, max: 1 }")}]`;
    expect(found(code, { workloads, more: "accuracy: true" })).toHaveLength(1);
  });

  it("has nothing against one length, in either form", () => {
    expect(found(code, { workloads: `[${lengths("{ distribution: uniform, min: 7, max: 7 }")}]` })).toEqual([]);
  });

  it("looks at turns and thinking as well", () => {
    const dataset =
      "{ kind: conversations, turns: { distribution: uniform, min: 4, max: 3 }, think_s: { distribution: uniform, min: 2, max: 1 } }";
    expect(found(code, { workloads: `[{ dataset: ${dataset} }]` }).map(({ at }) => at)).toEqual(["4", "2"]);
  });
});

describe("lengths-of-token-ids", () => {
  const code = "lengths-of-token-ids";
  const workloads = (members: string) => `[{ workload: w, dataset: { kind: synthetic, profile: chat }, ${members} }]`;

  it("warns that there is nothing to measure, also where token ids are what a dataset has by default", () => {
    const [one, ...others] = found(code, { workloads: workloads("prompt: tokens, prompt_lengths: engine") });
    expect(one).toMatchObject({ severity: "warning", at: "prompt_lengths" });
    expect(one?.message).toMatch(/^`prompt_lengths: engine` does nothing for `w`: it sends token ids/);
    expect(others).toEqual([]);
    expect(found(code, { workloads: workloads("prompt_lengths: engine") })).toHaveLength(1);
  });

  it("says nothing of texts, nor of lengths as they are made", () => {
    expect(found(code, { workloads: workloads("prompt: text, prompt_lengths: engine") })).toEqual([]);
    expect(found(code, { workloads: workloads("prompt: tokens") })).toEqual([]);
  });
});

describe("lengths-without-tokenizer", () => {
  const code = "lengths-without-tokenizer";
  const synthetic = (members: string) => `[{ workload: w, dataset: { kind: synthetic, profile: chat }, ${members} }]`;
  const sharegpt = (members = "") => `[{ workload: w, dataset: { kind: sharegpt, path: s.json${members} } }]`;

  it("is an error where prompts are to be measured by an engine that cannot be asked", () => {
    const [one, ...others] = found(code, { workloads: synthetic("prompt: text, prompt_lengths: engine") });
    expect(one).toMatchObject({ severity: "error", at: "prompt_lengths" });
    expect(one?.message).toBe(
      "prompts of `w` are to be exact by the engine's count of tokens, which pocket cannot be asked for: its file has no `tokenize`",
    );
    expect(one?.hint).toContain("add `tokenize` to the engine file");
    expect(others).toEqual([]);
  });

  it("is an error where recorded answers are to be counted, which they are unless the matrix says natural", () => {
    expect(found(code, { workloads: sharegpt() })).toMatchObject([{ severity: "error", at: "dataset" }]);
    expect(found(code, { workloads: sharegpt(", output: recorded") })).toHaveLength(1);
    expect(found(code, { workloads: sharegpt(", output: natural") })).toEqual([]);
  });

  it("needs nothing for token ids and for lengths as they are made", () => {
    expect(found(code, { workloads: synthetic("prompt: tokens, prompt_lengths: engine") })).toEqual([]);
    expect(found(code, { workloads: synthetic("prompt: text") })).toEqual([]);
  });

  it("lets an engine be that can be asked", () => {
    const engine = `format: ceteris.engine/1
extends: pocket
title: Asked engine
tokenize: { path: /tokenize, text: prompt, count: count }
`;
    const workloads = synthetic("prompt: text, prompt_lengths: engine");
    const text = matrix({ sut: "{ engine: asked, model: m }", workloads });
    const diagnostics = diagnose({ "matrices/a.yaml": text, "sut/asked.yaml": engine });
    expect(
      diagnostics.filter(({ severity }) => severity === "error").map(({ excerpt = "" }) => markedIn(excerpt)),
    ).toEqual([]);
  });
});
