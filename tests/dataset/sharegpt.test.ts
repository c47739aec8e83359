import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import type { Workload } from "../../src/schema/workload.ts";
import { loadText, samplesIn } from "./load.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ceteris-sharegpt-"));
});
afterEach(() => rmSync(root, { recursive: true }));

type Declared = Partial<Extract<DatasetDeclaration, { kind: "sharegpt" }>>;

const load = (
  text: string,
  declared: Declared = {},
  changes: Partial<Workload> & { samples?: number; seed?: number } = {},
) => {
  writeFileSync(join(root, "s.json"), text);
  return loadText({ kind: "sharegpt", path: "s.json", ...declared }, { root, ...changes });
};

const says = (from: string, value: string) => ({ from, value });
const talk = (id: number, turns = 2) => ({
  id: `c${id}`,
  conversations: Array.from({ length: turns }, (_, turn) => [
    says("human", `question ${id}.${turn}`),
    says("gpt", `answer ${id}.${turn}`),
  ]).flat(),
});
const file = (count: number, turns?: number) =>
  JSON.stringify(
    Array.from({ length: count }, (_, id) => talk(id, turns)),
    null,
    1,
  );
const questions = (samples: ReturnType<typeof samplesIn>) =>
  samples.map(({ prompt }) => ("text" in prompt ? prompt.text : ""));

describe("ShareGPT", () => {
  it("asks first questions alone where it says nothing, the recorded answer beside them", async () => {
    const dataset = await load(file(3));
    expect(dataset).toMatchObject({
      ok: true,
      value: {
        hasReferences: false,
        samples: [
          { index: 0, prompt: { text: "question 0.0" }, reference: "answer 0.0", outputTokens: null, turn: null },
          { index: 1, prompt: { text: "question 1.0" } },
          { index: 2, prompt: { text: "question 2.0" } },
        ],
      },
    });
  });

  it("asks whole conversations with their system prompt", async () => {
    const first = { conversations: [says("system", "Be brief."), ...talk(0).conversations] };
    const samples = samplesIn(
      await load(JSON.stringify([first, talk(1)]), { turns: "all", think_s: { distribution: "fixed", value: 2 } }),
    );
    expect(questions(samples)).toEqual(["question 0.0", "question 0.1", "question 1.0", "question 1.1"]);
    expect(samples.map(({ turn }) => turn)).toEqual([
      { conversation: 0, turn: 0, system: "Be brief.", thinkS: 0 },
      { conversation: 0, turn: 1, system: "Be brief.", thinkS: 2 },
      { conversation: 1, turn: 0, system: null, thinkS: 0 },
      { conversation: 1, turn: 1, system: null, thinkS: 2 },
    ]);
  });

  it("passes over what has no answered question, and begins at the first question", async () => {
    const elements = [
      { conversations: [] },
      { conversations: [says("gpt", "an answer alone")] },
      { conversations: [says("human", "unanswered")] },
      { conversations: [says("human", "empty"), says("gpt", " ")] },
      { conversations: [says("gpt", "the end of something"), ...talk(7).conversations, says("human", "unanswered")] },
      { conversations: [says("user", "u"), says("chatgpt", "a"), says("bing", "another")] },
    ];
    const samples = samplesIn(await load(JSON.stringify(elements), { turns: "all" }));
    expect(questions(samples)).toEqual(["question 7.0", "question 7.1", "u"]);
  });

  it("reads lines of JSON as well", async () => {
    const lines = [talk(0), talk(1)].map((one) => JSON.stringify(one)).join("\n");
    expect(questions(samplesIn(await load(`${lines}\n`)))).toEqual(["question 0.0", "question 1.0"]);
  });

  it("takes the first that are asked for and reads no further, or those of the selection", async () => {
    const broken = `${file(9).slice(0, -1)},{"oops"`;
    expect(samplesIn(await load(broken, {}, { samples: 4 }))).toHaveLength(4);
    expect(samplesIn(await load(file(9), {}, { selection: { first: 2 } }))).toHaveLength(2);
    expect(samplesIn(await load(file(9, 3), { turns: "all" }, { selection: { first: 4 } }))).toHaveLength(6);
  });

  it("draws by the seed, in the file's order, each conversation as likely as another", async () => {
    const text = file(30);
    const drawn = async (seed: number) =>
      questions(samplesIn(await load(text, {}, { selection: { sample: 10 }, seed }))).map((question) =>
        Number(question.slice("question ".length)),
      );
    const first = await drawn(1);
    expect(first).toHaveLength(10);
    expect(first).toEqual(first.toSorted((left, right) => left - right));
    expect(await drawn(1)).toEqual(first);
    const times = Array.from({ length: 30 }, () => 0);
    for (let seed = 0; seed < 45; seed += 1) for (const id of await drawn(seed)) times[id]! += 1;
    // 45 draws with a chance of 1/3: 15 times with a standard deviation of 3.2.
    expect(Math.min(...times)).toBeGreaterThan(4);
    expect(Math.max(...times)).toBeLessThan(26);
  });

  it("draws whole conversations until there are turns enough, and not one more", async () => {
    const samples = samplesIn(await load(file(30, 3), { turns: "all" }, { selection: { sample: 10 } }));
    expect(samples).toHaveLength(12);
    expect(new Set(samples.map(({ turn }) => turn?.conversation)).size).toBe(4);
  });

  it.each([
    ["nothing", "", /no conversation/],
    ["no list", '"x"', /s\.json:1: .* where element 0 should begin/],
    ["a truncated file", file(2).slice(0, -20), /s\.json:\d+: the file ends within element 1/],
    ["an open list", `[${JSON.stringify(talk(0))}`, /the file ends before the \]/],
    ["no conversations", '[\n{"conversations": []},\n{"id": 5}]', /s\.json:3: element 1 has no list "conversations"/],
    [
      "a stranger",
      JSON.stringify([{ conversations: [says("alien", "x")] }]),
      /conversations\[0\]: "from" is "alien"; it can be human,/,
    ],
    [
      "no text",
      '[{"conversations":[{"from":"human","value":3}]}]',
      /element 0, conversations\[0\]: "value" is not text/,
    ],
    ["a broken element", '[{"conversations":[}]', /s\.json:1: /],
    [
      "nobody asking",
      JSON.stringify([{ conversations: [says("gpt", "x")] }]),
      /no conversation in which a question was answered/,
    ],
  ])("says where it is at fault: %s", async (_what, text, message) => {
    const dataset = await load(text, {}, { samples: 50 });
    expect(dataset.ok ? "" : dataset.problem.message).toMatch(message);
  });

  it("is text, and has to be there", async () => {
    expect(await load(file(1), {}, { prompt: "tokens" })).toMatchObject({ problem: { code: "dataset-is-text" } });
    rmSync(join(root, "s.json"));
    expect(await loadText({ kind: "sharegpt", path: "s.json" }, { root })).toMatchObject({
      problem: { code: "dataset-missing" },
    });
  });
});
