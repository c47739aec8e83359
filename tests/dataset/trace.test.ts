import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import type { Sample } from "../../src/schema/sample.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { loadText, samplesIn } from "./load.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ceteris-trace-"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Lines in the forms of the public files. */
const files = {
  mooncake: [
    '{"timestamp": 3000, "input_length": 700, "output_length": 52, "hash_ids": [46, 48]}',
    '{"timestamp": 1000, "input_length": 1030, "output_length": 26, "hash_ids": [46, 47, 49]}',
  ],
  bailian: [
    '{"chat_id": 1, "parent_chat_id": -1, "timestamp": 1.5, "input_length": 40, "output_length": 9, "type": "text", "turn": 1, "hash_ids": [1, 2, 3]}',
    '{"chat_id": 2, "parent_chat_id": 1, "timestamp": 2.5, "input_length": 33, "output_length": 1, "type": "text", "turn": 2, "hash_ids": [1, 2, 4]}',
  ],
  azure: ["TIMESTAMP,ContextTokens,GeneratedTokens", "2023-11-16 18:17:04.5,480,10", "2023-11-16 18:17:03.5,318,8"],
  burstgpt: [
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type",
    "5,ChatGPT,472,18,490,Conversation log",
    "45,ChatGPT,1087,0,1087,API log",
  ],
  csv: ["arrival_ms,num_prefill_tokens,num_decode_tokens", "20,30,4", "10,50,6"],
};

function load(format: keyof typeof files, changes: Partial<Workload> & { samples?: number; seed?: number } = {}) {
  writeFileSync(join(root, "trace"), `${files[format].join("\n")}\n`);
  const dataset: DatasetDeclaration = { kind: "trace", path: "trace", format };
  return loadText(dataset, { root, prompt: "tokens", endpoint: "completions", ...changes });
}

const lengthsOf = (samples: Sample[]) =>
  samples.map(({ prompt, promptTokens, outputTokens }) => {
    const tokens = "tokens" in prompt ? prompt.tokens.length : null;
    expect(tokens).toBe(promptTokens);
    return [promptTokens, outputTokens];
  });
const tokensOf = (sample: Sample | undefined) =>
  sample !== undefined && "tokens" in sample.prompt ? sample.prompt.tokens : [];

describe("the lengths of a trace", () => {
  it("are those of each format, in the order of arrival, with at least one token of each", async () => {
    expect(lengthsOf(samplesIn(await load("mooncake")))).toEqual([
      [1030, 26],
      [700, 52],
    ]);
    expect(lengthsOf(samplesIn(await load("bailian")))).toEqual([
      [40, 9],
      [33, 1],
    ]);
    expect(lengthsOf(samplesIn(await load("azure")))).toEqual([
      [318, 8],
      [480, 10],
    ]);
    expect(lengthsOf(samplesIn(await load("burstgpt")))).toEqual([
      [472, 18],
      [1087, 1],
    ]);
    expect(lengthsOf(samplesIn(await load("csv")))).toEqual([
      [50, 6],
      [30, 4],
    ]);
  });

  it("make prompts that begin alike where blocks have one hash, and nowhere else", async () => {
    const [first, second] = samplesIn(await load("mooncake"));
    // One block of 512 tokens is shared.
    expect(tokensOf(second).slice(0, 512)).toEqual(tokensOf(first).slice(0, 512));
    expect(tokensOf(second).slice(512, 520)).not.toEqual(tokensOf(first).slice(512, 520));
    const [turn1, turn2] = samplesIn(await load("bailian"));
    // Two of 16.
    expect(tokensOf(turn2).slice(0, 32)).toEqual(tokensOf(turn1).slice(0, 32));
    expect(tokensOf(turn2)[32]).not.toEqual(tokensOf(turn1)[32]);
    const [one, other] = samplesIn(await load("azure"));
    expect(tokensOf(one).slice(0, 4)).not.toEqual(tokensOf(other).slice(0, 4));
  });

  it("are the same for the same seed, and no more than are asked for", async () => {
    const [first] = samplesIn(await load("mooncake", { seed: 1 }));
    expect(tokensOf(samplesIn(await load("mooncake", { seed: 1 }))[0])).toEqual(tokensOf(first));
    expect(tokensOf(samplesIn(await load("mooncake", { seed: 2 }))[0])).not.toEqual(tokensOf(first));
    expect(samplesIn(await load("mooncake", { samples: 1 }))).toHaveLength(1);
  });

  it("are words for the chat endpoint, which the engine is to count", async () => {
    const [first] = samplesIn(await load("csv", { prompt: "text", endpoint: "chat", promptLengths: "nearest" }));
    expect(first?.prompt).toMatchObject({ text: expect.stringMatching(/^(\S+ ){49}\S+$/) as string });
    expect(first?.promptTokens).toBe(50);
  });

  it("are those of the arrivals where the dataset names no file", async () => {
    writeFileSync(join(root, "trace"), `${files.csv.join("\n")}\n`);
    const arrivals = { kind: "trace" as const, path: "trace", format: "csv" as const };
    const form = { root, prompt: "tokens" as const, endpoint: "completions" as const };
    const found = await loadText({ kind: "trace" }, { ...form, arrivals, scenario: "open" });
    expect(lengthsOf(samplesIn(found))).toEqual([
      [50, 6],
      [30, 4],
    ]);
    const without = await loadText({ kind: "trace" }, form);
    expect(without).toMatchObject({ ok: false, problem: { code: "trace-not-named" } });
  });

  it("name the line that has none, and a file without such columns", async () => {
    writeFileSync(join(root, "trace"), "time,input_tokens,output_tokens\n1,20,5\n2,many,5\n");
    const dataset: DatasetDeclaration = { kind: "trace", path: "trace", format: "csv" };
    const broken = await loadText(dataset, { root });
    expect(broken).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
    if (!broken.ok) expect(broken.problem.message).toContain("trace: line 3: no lengths of input and output");
    if (!broken.ok) expect(broken.problem.hint).toContain("dataset.format is csv");
    writeFileSync(join(root, "trace"), "time,tokens\n1,20\n");
    const other = await loadText(dataset, { root });
    if (!other.ok) expect(other.problem.message).toContain("line 1: no column of input lengths: time, tokens");
    const absent = await loadText({ ...dataset, path: "elsewhere" }, { root });
    if (!absent.ok) expect(absent.problem.hint).toContain("change dataset.path");
  });
});
