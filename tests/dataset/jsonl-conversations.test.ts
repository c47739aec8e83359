import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Workload } from "../../src/schema/workload.ts";
import { loadText, samplesIn } from "./load.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ceteris-jsonl-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const load = (lines: unknown[], changes: Partial<Workload> = {}) => {
  writeFileSync(join(root, "d.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
  return loadText({ kind: "jsonl", path: "d.jsonl" }, { root, ...changes });
};
const user = (content: string) => ({ role: "user", content });
const assistant = (content: string) => ({ role: "assistant", content });

describe("recorded conversations", () => {
  it("are turns with their answers as references, beside single prompts", async () => {
    const conversation = [
      { role: "system", content: "S" },
      user("q0"),
      assistant("a0"),
      { ...user("q1"), think_s: 1.5 },
      user("q2"),
      assistant("a2"),
    ];
    const samples = samplesIn(await load([{ prompt: "p" }, { conversation }, { conversation: [user("r")] }]));
    expect(samples.map(({ prompt, reference, turn, index }) => ({ prompt, reference, turn, index }))).toEqual([
      { index: 0, prompt: { text: "p" }, reference: null, turn: null },
      { index: 1, prompt: { text: "q0" }, reference: "a0", turn: { conversation: 0, turn: 0, system: "S", thinkS: 0 } },
      {
        index: 2,
        prompt: { text: "q1" },
        reference: null,
        turn: { conversation: 0, turn: 1, system: "S", thinkS: 1.5 },
      },
      { index: 3, prompt: { text: "q2" }, reference: "a2", turn: { conversation: 0, turn: 2, system: "S", thinkS: 0 } },
      { index: 4, prompt: { text: "r" }, reference: null, turn: { conversation: 1, turn: 0, system: null, thinkS: 0 } },
    ]);
  });

  it("are selected whole", async () => {
    const lines = Array.from({ length: 8 }, (_, id) => ({
      conversation: [user(`${id}a`), user(`${id}b`), user(`${id}c`)],
    }));
    expect(samplesIn(await load(lines, { selection: { first: 4 } }))).toHaveLength(6);
    const drawn = samplesIn(await load(lines, { selection: { sample: 7 } }));
    expect(drawn).toHaveLength(9);
    expect(drawn.map(({ turn }) => turn?.turn)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    expect(drawn.map(({ index }) => index)).toEqual(drawn.map(({ index }) => index).toSorted((a, b) => a - b));
  });

  it.each([
    [{ conversation: "x" }, /d\.jsonl:2: "conversation" is not a list/],
    [{ conversation: [] }, /has no message of a user/],
    [{ conversation: [assistant("a")] }, /conversation\[0\]: an answer without a question/],
    [{ conversation: [user("q"), assistant("a"), assistant("b")] }, /conversation\[2\]: an answer without/],
    [
      { conversation: [user("q"), { role: "system", content: "s" }] },
      /conversation\[1\]: a system message stands first/,
    ],
    [{ conversation: [{ role: "bot", content: "x" }] }, /"role" is "bot"; it can be system, user, assistant/],
    [{ conversation: [user("")] }, /"content" is neither a text nor a list of parts with one/],
    [{ conversation: [{ ...user("q"), think_s: -1 }] }, /"think_s" is not a number of seconds/],
    [{ conversation: [user("q")], prompt: "p" }, /both "prompt" and "conversation"/],
  ])("name the line and the message at fault: %j", async (line, message) => {
    const dataset = await load([{ prompt: "fine" }, line]);
    expect(dataset.ok ? "" : dataset.problem.message).toMatch(message);
  });

  it("are text", async () => {
    const refused = await load([{ conversation: [user("q")] }], { prompt: "tokens" });
    expect(refused).toMatchObject({ problem: { code: "dataset-is-text" } });
  });
});
