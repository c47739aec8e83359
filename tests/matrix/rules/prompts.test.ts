import { describe, expect, it } from "vitest";
import { found, loadParts } from "../study-fixture.ts";

describe("tokens-to-chat", () => {
  const code = "tokens-to-chat";
  const of = (more: string, dataset = "{ kind: synthetic, profile: chat }") =>
    `[{ workload: w, dataset: ${dataset}, ${more} }]`;

  describe("tokens-to-chat", () => {
    it("is an error where messages are to be token ids, whatever they come from", () => {
      for (const dataset of ["{ kind: synthetic }", "{ kind: cnn-dailymail }", "{ kind: jsonl, path: a.jsonl }"]) {
        const workloads = of("endpoint: chat, prompt: tokens", dataset);
        expect(found(code, { workloads })).toMatchObject([{ severity: "error", at: "tokens" }]);
      }
    });

    it("has nothing against texts, nor against token ids of a completion", () => {
      expect(found(code, { workloads: of("endpoint: chat") })).toEqual([]);
      expect(found(code, { workloads: of("endpoint: chat, prompt: text") })).toEqual([]);
      expect(found(code, { workloads: of("prompt: tokens") })).toEqual([]);
    });
  });

  describe("synthetic prompts", () => {
    const formOf = (more: string) => {
      const [workload] = loadParts({ workloads: of(more) }).study?.workloads ?? [];
      return { prompt: workload?.prompt, promptLengths: workload?.promptLengths };
    };

    it("have the form that their endpoint takes, as exact as it can be had", () => {
      expect(formOf("endpoint: completions")).toEqual({ prompt: "tokens", promptLengths: "as_made" });
      expect(formOf("endpoint: chat")).toEqual({ prompt: "text", promptLengths: "nearest" });
    });

    it("are as a matrix says that says it", () => {
      expect(formOf("endpoint: chat, prompt: text")).toEqual({ prompt: "text", promptLengths: "as_made" });
      expect(formOf("endpoint: chat, prompt_lengths: engine")).toEqual({ prompt: "text", promptLengths: "engine" });
      expect(formOf("prompt: text")).toEqual({ prompt: "text", promptLengths: "as_made" });
    });
  });
});

describe("conversation-of-tokens", () => {
  const code = "conversation-of-tokens";
  const of = (dataset: string, more = "prompt: tokens") => `[{ workload: w, dataset: ${dataset}, ${more} }]`;

  it("is an error for datasets of conversations, whichever the endpoint", () => {
    for (const dataset of [
      "{ kind: conversations }",
      "{ kind: sharegpt, path: a.json, turns: all }",
      "{ kind: sharegpt, path: a.json }",
    ]) {
      for (const endpoint of ["chat", "completions"]) {
        const workloads = of(dataset, `prompt: tokens, endpoint: ${endpoint}`);
        expect(found(code, { workloads })).toMatchObject([{ severity: "error", at: "tokens" }]);
      }
    }
  });

  it("has nothing against texts, nor against single questions of tokens", () => {
    expect(found(code, { workloads: of("{ kind: conversations }", "prompt: text") })).toEqual([]);
    expect(found(code, { workloads: of("{ kind: conversations }", "endpoint: chat") })).toEqual([]);
    expect(found(code, { workloads: of("{ kind: synthetic, profile: chat }") })).toEqual([]);
  });
});

describe("images-to-completions", () => {
  const code = "images-to-completions";
  const of = (endpoint: string, more = "") =>
    `[{ workload: w, endpoint: ${endpoint}, dataset: { kind: synthetic, images: { count: 2, size: [224, 224] } }${more} }]`;

  it("is an error where the endpoint takes none", () => {
    const [one, ...others] = found(code, { workloads: of("completions") });
    expect(one).toMatchObject({ severity: "error", at: "images" });
    expect(one?.message).toContain("workload `w` has images in its prompts");
    expect(others).toEqual([]);
  });

  it("looks at the dataset of a class, and has nothing against chat", () => {
    expect(found(code, { workloads: of("chat") })).toEqual([]);
    const classes = "[{ name: a, dataset: { kind: synthetic, images: { count: 1, size: [8, 8] } } }]";
    expect(found(code, { workloads: `[{ classes: ${classes} }]` })).toHaveLength(1);
  });

  it("takes a width and a height", () => {
    for (const size of ["[8]", "[8, 8, 3]"]) {
      const workloads = `[{ endpoint: chat, dataset: { kind: synthetic, images: { count: 1, size: ${size} } } }]`;
      expect(found("wrong-length", { workloads })[0]?.message).toMatch(/^`size` takes 2 entries, not [13]$/);
    }
  });
});

describe("unique-and-shared", () => {
  const code = "unique-and-shared";
  const of = (dataset: string, unique = true) => ({
    workloads: `[{ workload: w, dataset: ${dataset}, unique: ${unique} }]`,
  });

  it("is an error where prompts are made to begin alike and not to", () => {
    const [one, ...others] = found(code, of("{ kind: synthetic, profile: chat, shared_prefix_tokens: 64 }"));
    expect(one).toMatchObject({ severity: "error", at: "unique" });
    expect(one?.message).toContain("undoes `shared_prefix_tokens` of workload `w`");
    expect(others).toEqual([]);
    expect(found(code, of("{ kind: conversations, system_tokens: 64 }"))).toHaveLength(1);
  });

  it("looks at the dataset of a class", () => {
    const classes = "classes: [{ name: a, dataset: { kind: synthetic, shared_prefix_tokens: 64 } }]";
    const [one] = found(code, of(`{ kind: synthetic }, ${classes}`));
    expect(one).toMatchObject({ at: "unique" });
  });

  it("lets each stand alone", () => {
    expect(found(code, of("{ kind: synthetic, profile: chat, shared_prefix_tokens: 64 }", false))).toEqual([]);
    expect(found(code, of("{ kind: synthetic, profile: chat, shared_prefix_tokens: 0 }"))).toEqual([]);
    expect(found(code, of("{ kind: conversations }"))).toEqual([]);
  });
});

describe("dataset-goes-round", () => {
  const code = "dataset-goes-round";
  const workload = (more: string) =>
    `[{ scenario: closed, dataset: { kind: cnn-dailymail }, load: { concurrency: 8 }, counts: { smoke: { requests: 100 }, screen: { requests: 900 } }, ${more} }]`;

  it("warns where fewer prompts than requests meet a prefix cache, and says how often they go round", () => {
    const [one, ...others] = found(code, { workloads: workload("selection: { first: 160 }") });
    expect(one).toMatchObject({ severity: "warning" });
    expect(one?.message).toContain("900 requests of 160 prompts, each 5.6 times");
    expect(others).toEqual([]);
  });

  it("does not promise the prompts of a file that may have fewer", () => {
    const workloads = workload("selection: { first: 160 }").replace("cnn-dailymail", "jsonl, path: q.jsonl");
    expect(found(code, { workloads })[0]?.message).toContain("of at most 160 prompts, each at least 5.6 times");
  });

  it("judges by the fidelity that was chosen", () => {
    const workloads = workload("selection: { first: 160 }");
    expect(found(code, { workloads }, { overrides: { fidelity: "smoke" } })).toEqual([]);
  });

  it("has nothing against enough prompts, prompts made unique, or a cache that is off", () => {
    expect(found(code, { workloads: workload("selection: { first: 900 }") })).toEqual([]);
    expect(found(code, { workloads: workload("selection: { first: 160 }, unique: true") })).toEqual([]);
    const baseline = "{ knobs: { max_num_seqs: 16, enable_prefix_caching: false } }";
    expect(found(code, { baseline, workloads: workload("selection: { first: 160 }") })).toEqual([]);
  });
});
