import { expect, it } from "vitest";
import { diagnose, markedIn, matrix } from "../study-fixture.ts";

const plain = `extends: pocket
title: A plain engine
dialect:
  lacks: { ignore_eos: no such member, min_tokens: no such member, seed: it leaves the batch, token_ids: texts alone }
`;

const told = (workloads: string, engine = plain) =>
  diagnose({
    "matrices/a.yaml": matrix({ sut: "{ engine: plain, model: m }", workloads }),
    "sut/plain.yaml": engine,
  })
    .filter(({ code }) => code === "unsent-member")
    .map(({ severity, message, excerpt = "" }) => [severity, message, markedIn(excerpt)]);

const synthetic = "dataset: { kind: synthetic, input_tokens: 8, output_tokens: 9 }";
const natural = "dataset: { kind: jsonl, path: p.jsonl }, endpoint: chat";

it("warns once of lengths that the engine cannot be made to keep, at what asks for them", () => {
  expect(
    told(`[{ workload: w, endpoint: chat, ${synthetic}, sweep: { load.concurrency: [1, 2] }, scenario: closed }]`),
  ).toEqual([
    [
      "warning",
      "answers of `w` are to have exact lengths, and plain cannot be made to keep them (no such member): a trial in which more than 1 % of the answers end earlier is INVALID",
      "dataset",
    ],
  ]);
  const [[, , place]] = told(`[{ workload: w, ${natural}, sampling: { ignore_eos: true } }]`) as [string[]];
  expect(place).toBe("ignore_eos");
});

it("is content where one member is left that forces a length", () => {
  const engine = plain.replace("min_tokens: no such member, ", "");
  expect(told(`[{ workload: w, endpoint: chat, ${synthetic} }]`, engine)).toEqual([]);
});

it("warns of a seed where answers are drawn, and not where they are greedy", () => {
  const drawn = (sampling: string) => told(`[{ workload: w, ${natural}, sampling: ${sampling} }]`);
  expect(drawn("{ temperature: 0 }")).toEqual([]);
  expect(drawn("{ temperature: 0.7, top_k: -1, seed: 5 }")).toEqual([
    ["warning", "`seed` of `w` is not sent to plain: it leaves the batch", "seed"],
  ]);
});

it("refuses token ids for an engine that takes texts", () => {
  const [ids] = told(`[{ workload: w, endpoint: completions, prompt: tokens, ${synthetic} }]`);
  expect(ids).toEqual(["error", "`w` sends prompts as token ids, which plain does not take: texts alone", "tokens"]);
});

it("says nothing of an engine that lacks nothing", () => {
  expect(told(`[{ workload: w, ${synthetic} }]`, "extends: pocket\ntitle: All\n")).toEqual([]);
});
