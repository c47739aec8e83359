import * as fc from "fast-check";
import { expect, it } from "vitest";
import { jsonElements } from "../../src/dataset/json-elements.ts";
import { loadTrace, loadDataset } from "../../src/dataset/index.ts";
import { loadTraceLengths } from "../../src/dataset/traces/index.ts";
import type { Result } from "../../src/schema/result.ts";
import type { Dataset } from "../../src/schema/sample.ts";
import type { DatasetDeclaration } from "../../src/schema/dataset-declaration.ts";
import { realWorld } from "../../src/world/real-world.ts";
import type { World } from "../../src/world/world.ts";
import { damagedText, jsonWith, longestMs, textOf, expectAll } from "../support/any-text.ts";
import { makeWorkload } from "../support/make-study.ts";

const timeout = { timeout: longestMs };
const usual = realWorld();

/** A world whose only file has this text. */
function worldWith(text: string): World {
  const bytes = Buffer.from(text);
  const files: World["files"] = {
    ...usual.files,
    realPath: (path) => path,
    stat: () => Promise.resolve({ size: bytes.length, modifiedMs: 0, folder: false }),
    readText: () => Promise.resolve(text),
    readBytes: () => Promise.resolve(bytes),
    sha256: () => Promise.resolve("0".repeat(64)),
    readChunks: () => Promise.resolve(piecesOf(bytes)),
  };
  return { ...usual, files };
}

async function* piecesOf(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const formats = ["csv", "azure", "mooncake", "bailian", "burstgpt"] as const;

it("reads any file as the arrivals and the lengths of a trace, or names what is wrong", timeout, async () => {
  const trace = textOf([
    "timestamp",
    "TIMESTAMP",
    "ContextTokens",
    "GeneratedTokens",
    "Request tokens",
    "Response tokens",
    "arrival_ms",
    ",",
    ";",
    "\t",
    "\n",
    "\n",
    '"',
    "2023-11-16 18:17:03.9799600",
    "12",
    "1.5",
    "-3",
    "nan",
    "{",
    "}",
    '{"timestamp": 5, "input_length": 10, "output_length": 3, "hash_ids": [1]}\n',
    '"chat_id": 1',
    ":",
    "[",
    "]",
  ]);
  await expectAll(
    fc.tuple(trace, fc.constantFrom(...formats), fc.constantFrom<"s" | "ms">("s", "ms")),
    async ([text, format, unit]) => {
      const place = { world: worldWith(text), root: "/study" };
      const times = await loadTrace({ kind: "trace", path: "t", format, unit }, { ...place, requests: 1 });
      if (times.ok) {
        for (const [at, time] of times.value.entries()) {
          if (!(Number.isFinite(time) && time >= (times.value[at - 1] ?? 0))) expect([text, time]).toBe("ascending");
        }
      } else expect(times.problem.message).not.toBe("");
      const lengths = await loadTraceLengths({ path: "t", format, member: "dataset" }, place);
      for (const { input, output } of lengths.ok ? lengths.value.requests : []) {
        expect([Number.isSafeInteger(input) && input >= 0, output === null || Number.isSafeInteger(output)]).toEqual([
          true,
          true,
        ]);
      }
    },
    6000,
  );
});

/** Every sample has a prompt that can be sent; or a reason is given. */
function holds(read: Result<Dataset>): void {
  if (!read.ok) return expect([read.problem.message === "", read.problem.hint === ""]).toEqual([false, false]);
  for (const { prompt, outputTokens, turn } of read.value.samples) {
    const isPrompt = "tokens" in prompt ? prompt.tokens.every(Number.isInteger) : typeof prompt.text === "string";
    if (!(isPrompt && (outputTokens === null || Number.isInteger(outputTokens)) && turn !== undefined))
      expect(prompt).toBe("a prompt");
  }
}

const names = [
  ..."prompt reference output_tokens conversation role content think_s type text conversations from value".split(" "),
  ..."id input output tok_input instruction".split(" "),
];
const values = ["user", "assistant", "system", "human", "gpt", "text", "Hello", 17];
const line = jsonWith(names, values).map((value) => JSON.stringify(value));
const lines = fc.array(fc.oneof(line, textOf(['{"prompt": "a"}', "{", "}", "\n", ","], 3)), { maxLength: 5 });

it.each<[DatasetDeclaration["kind"], DatasetDeclaration]>([
  ["jsonl", { kind: "jsonl", path: "a" }],
  ["sharegpt", { kind: "sharegpt", path: "a", turns: "all" }],
  ["cnn-dailymail", { kind: "cnn-dailymail", path: "a.json" }],
])("reads any file as %s, or says what is wrong", timeout, async (_, dataset) => {
  const workload = makeWorkload({ dataset, prompt: "text", endpoint: "chat" });
  const file = fc.tuple(damagedText(lines.map((some) => some.join("\n"))), lines, fc.boolean());
  await expectAll(
    file,
    async ([text, some, asList]) => {
      const world = worldWith(asList ? `[${some.join(",")}]` : text);
      holds(await loadDataset({ world, root: "/study", seed: 1, samples: 10, workload }));
    },
    6000,
  );
});

it("takes every element out of a list, wherever its bytes are cut", timeout, async () => {
  const list = fc.array(fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 });
  await expectAll(
    fc.tuple(list, fc.integer({ min: 1, max: 40 }), fc.boolean()),
    async ([elements, size, asLines]) => {
      const text = asLines ? elements.map((one) => JSON.stringify(one)).join("\n") : JSON.stringify(elements, null, 1);
      const found: unknown[] = [];
      for await (const read of jsonElements(piecesOf(Buffer.from(text), size)))
        found.push("problem" in read ? read : JSON.parse(read.text));
      expect(found).toEqual(JSON.parse(JSON.stringify(elements)));
    },
    10_000,
  );
});
