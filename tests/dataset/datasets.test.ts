import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadDataset } from "../../src/dataset/index.ts";
import { plainSample } from "../../src/schema/sample.ts";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { realWorld } from "../../src/world/real-world.ts";
import { makeWorkload } from "../support/make-study.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ceteris-dataset-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const load = (
  dataset: DatasetDeclaration,
  changes: Partial<Workload> = {},
  samples = 50,
  seed = 7,
  variables: Record<string, string> = {},
) =>
  loadDataset({
    world: { ...realWorld(), variables },
    root,
    seed,
    samples,
    workload: makeWorkload({ dataset, ...changes }),
  });

describe("synthetic", () => {
  it("makes prompts exact to the token, the same for the same seed, and no two with a common start", async () => {
    const lengths = { distribution: "uniform" as const, min: 20, max: 40 };
    const declared: DatasetDeclaration = {
      kind: "synthetic",
      input_tokens: lengths,
      output_tokens: { distribution: "fixed", value: 9 },
    };
    const first = await load(declared);
    const again = await load(declared);
    const other = await load(declared, {}, 50, 8);
    if (!first.ok || !again.ok || !other.ok) throw new Error("expected samples");
    const plain = first.value.samples.map(plainSample);
    expect(again.value.samples.map(plainSample)).toEqual(plain);
    // A prompt is made when it is read, and the same whenever that is.
    expect(first.value.samples.toReversed().map(plainSample)).toEqual(plain.toReversed());
    expect(first.value.sha256).toBe(createHash("sha256").update(JSON.stringify(plain)).digest("hex"));
    expect(first.value.sha256).not.toBe(other.value.sha256);
    for (const { prompt, promptTokens, outputTokens } of first.value.samples) {
      const tokens = "tokens" in prompt ? prompt.tokens : [];
      expect(tokens).toHaveLength(promptTokens ?? 0);
      expect(tokens.length).toBeGreaterThanOrEqual(20);
      expect(tokens.length).toBeLessThanOrEqual(40);
      expect(outputTokens).toBe(9);
    }
    const starts = first.value.samples.map(({ prompt }) =>
      "tokens" in prompt ? prompt.tokens.slice(0, 4).join() : "",
    );
    expect(new Set(starts).size).toBe(50);
  });

  it("shares a prefix where it is asked to", async () => {
    const dataset = await load({ kind: "synthetic", profile: "chat", shared_prefix_tokens: 30 });
    if (!dataset.ok) throw new Error("expected samples");
    const prefixes = dataset.value.samples.map(({ prompt }) =>
      "tokens" in prompt ? prompt.tokens.slice(0, 30).join() : "",
    );
    expect(new Set(prefixes).size).toBe(1);
  });

  it("is lognormal around the profile's centre, within its bounds", async () => {
    const dataset = await load({ kind: "synthetic", profile: "cnn_dailymail" }, {}, 2000);
    if (!dataset.ok) throw new Error("expected samples");
    const lengths = dataset.value.samples.map(({ promptTokens }) => promptTokens ?? 0).toSorted((a, b) => a - b);
    expect(lengths.at(0)).toBeGreaterThanOrEqual(80);
    expect(lengths.at(-1)).toBeLessThanOrEqual(2540);
    expect(lengths[1000]).toBeGreaterThan(740);
    expect(lengths[1000]).toBeLessThan(860);
  });
});

describe("jsonl", () => {
  it("reads prompts as text or token ids, with references", async () => {
    writeFileSync(
      join(root, "d.jsonl"),
      '{"prompt":"a","reference":"b"}\n\n{"prompt":[5,6],"reference":"c","output_tokens":3}\n',
    );
    const dataset = await load({ kind: "jsonl", path: "d.jsonl" });
    expect(dataset).toMatchObject({
      ok: true,
      value: {
        hasReferences: true,
        samples: [
          { index: 0, prompt: { text: "a" }, reference: "b", outputTokens: null },
          { index: 1, prompt: { tokens: [5, 6] }, reference: "c", outputTokens: 3, promptTokens: 2 },
        ],
      },
    });
  });

  it.each([
    ["not JSON", "{oops\n", /d\.jsonl:1: not JSON/],
    ["no prompt", '{"prompt":"a"}\n{"text":"b"}\n', /d\.jsonl:2: no "prompt" among its members text/],
    ["another kind of prompt", '{"prompt":7}\n', /d\.jsonl:1: "prompt" is neither/],
    ["a reference that is not text", '{"prompt":"a","reference":["b"]}\n', /d\.jsonl:1: "reference" is not text/],
    [
      "a length in quotes",
      '{"prompt":"a","output_tokens":"128"}\n',
      /d\.jsonl:1: "output_tokens" is not a whole number/,
    ],
    ["nothing", "\n", /has no line/],
  ])("says the line at fault: %s", async (_what, text, message) => {
    writeFileSync(join(root, "d.jsonl"), text);
    const dataset = await load({ kind: "jsonl", path: "d.jsonl" });
    expect(dataset.ok ? "" : dataset.problem.message).toMatch(message);
  });

  it("reads past a byte order mark, and UTF-16 that has one", async () => {
    const lines = '{"prompt":"café"}\n{"prompt":"thé"}\n';
    for (const bytes of [Buffer.from(`\u{feff}${lines}`), Buffer.from(`\u{feff}${lines}`, "utf16le")]) {
      writeFileSync(join(root, "d.jsonl"), bytes);
      const dataset = await load({ kind: "jsonl", path: "d.jsonl" });
      expect(dataset.ok && dataset.value.samples.map(({ prompt }) => prompt)).toEqual([
        { text: "café" },
        { text: "thé" },
      ]);
    }
  });

  it("refuses bytes of another encoding by their line, since they would be other prompts", async () => {
    writeFileSync(join(root, "d.jsonl"), Buffer.from('{"prompt":"tea"}\n{"prompt":"café"}\n', "latin1"));
    const dataset = await load({ kind: "jsonl", path: "d.jsonl" });
    expect(dataset).toMatchObject({ ok: false, problem: { code: "not-utf-8" } });
    if (!dataset.ok) {
      expect(dataset.problem.message).toMatch(/d\.jsonl:2: .*not UTF-8/);
      expect(dataset.problem.hint).toContain("iconv -f LATIN1 -t UTF-8");
    }
  });

  it("names an archive as what it is", async () => {
    writeFileSync(join(root, "d.jsonl"), gzipSync('{"prompt":"tea"}\n'));
    expect(await load({ kind: "jsonl", path: "d.jsonl" })).toMatchObject({
      ok: false,
      problem: {
        code: "not-utf-8",
        message: expect.stringContaining("d.jsonl is a gzip archive, and not UTF-8"),
        hint: expect.stringMatching(/^Unpack it: gunzip .*d\.jsonl\.$/),
      },
    });
  });

  it("refuses a file with another digest than the workload's, and a missing one", async () => {
    writeFileSync(join(root, "d.jsonl"), '{"prompt":"a"}\n');
    expect(await load({ kind: "jsonl", path: "d.jsonl", sha256: "00" })).toMatchObject({
      ok: false,
      problem: { code: "dataset-changed" },
    });
    expect(await load({ kind: "jsonl", path: "none.jsonl" })).toMatchObject({
      ok: false,
      problem: { code: "dataset-missing" },
    });
  });

  it("takes the first so many, or draws by the seed", async () => {
    writeFileSync(join(root, "d.jsonl"), Array.from({ length: 30 }, (_, place) => `{"prompt":"p${place}"}`).join("\n"));
    const indexes = async (selection: Workload["selection"], seed = 7) => {
      const dataset = await load({ kind: "jsonl", path: "d.jsonl" }, { selection }, 50, seed);
      return dataset.ok ? dataset.value.samples.map(({ index }) => index) : [];
    };
    expect(await indexes({ first: 3 })).toEqual([0, 1, 2]);
    const drawn = await indexes({ sample: 10 });
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(drawn).toHaveLength(10);
    expect(await indexes({ sample: 10 }, 8)).not.toEqual(drawn);
  });
});

describe("cnn-dailymail", () => {
  const record = { instruction: "…", input: "An article.", tok_input: [1, 2, 3], output: "A summary." };

  it("is found by its path or by the environment, and prompts as the MLPerf reference does", async () => {
    writeFileSync(join(root, "cnn_eval.json"), JSON.stringify([record]));
    const asTokens = await load({ kind: "cnn-dailymail", path: root });
    expect(asTokens).toMatchObject({
      ok: true,
      value: {
        hasReferences: true,
        recognised: false,
        samples: [{ prompt: { tokens: [1, 2, 3] }, reference: "A summary." }],
      },
    });
    const asText = await load({ kind: "cnn-dailymail" }, { prompt: "text" }, 50, 7, { CETERIS_CNN_DAILYMAIL: root });
    expect(asText.ok && asText.value.samples[0]?.prompt).toEqual({
      text: "Summarize the following news article in 128 tokens. Please output the summary only, without any other text.\n\nArticle:\nAn article.\n\nSummary:",
    });
  });

  it("is usable as text in GPT-J's form, which has no token ids", async () => {
    const ofGptj = { instruction: "Summarize the following news article:", input: "A harbour.", output: "Harbour." };
    writeFileSync(join(root, "cnn_eval.json"), `\u{feff}${JSON.stringify([ofGptj, ofGptj])}`);
    const asText = await load({ kind: "cnn-dailymail", path: root }, { prompt: "text" });
    expect(asText.ok && asText.value.samples[1]).toMatchObject({
      prompt: {
        text:
          "Below is an instruction that describes a task, paired with an input that provides further context. " +
          "Write a response that appropriately completes the request.\n\n### Instruction:\n" +
          "Summarize the following news article:\n\n### Input:\nA harbour.\n\n### Response:",
      },
      reference: "Harbour.",
      promptTokens: null,
    });
    const asTokens = await load({ kind: "cnn-dailymail", path: root }, { prompt: "tokens" });
    expect(asTokens).toMatchObject({ ok: false, problem: { code: "dataset-is-text" } });
    writeFileSync(join(root, "cnn_eval.json"), JSON.stringify([ofGptj, record]));
    const mixed = await load({ kind: "cnn-dailymail", path: root }, { prompt: "text" });
    expect(mixed.ok ? "" : mixed.problem.message).toContain("record 1 is of another form than the first");
  });

  it("says where it is to be had when it is absent, and what is wrong when it is broken", async () => {
    const absent = await load({ kind: "cnn-dailymail" });
    expect(absent).toMatchObject({
      ok: false,
      problem: {
        code: "dataset-missing",
        hint: expect.stringMatching(/r2-downloader.*CETERIS_CNN_DAILYMAIL/s) as string,
      },
    });
    writeFileSync(join(root, "cnn_eval.json"), JSON.stringify([{ input: "x" }]));
    expect(await load({ kind: "cnn-dailymail", path: root })).toMatchObject({
      ok: false,
      problem: { code: "dataset-broken" },
    });
  });
});
