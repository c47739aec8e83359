import { afterAll, describe, expect, it } from "vitest";
import { scoreAsMlperf, scorePairs } from "../../src/metrics/scorers/rouge.ts";
import { rougeNames } from "../../src/schema/rouge.ts";
import { makeStudyFolder, runCli } from "../support/cli.ts";

const pairs = [
  { prediction: "The cat sat on the mat. It was raining.", reference: "It rained. The cat was sitting on a mat." },
  { prediction: "Prices rose by 3 percent.", reference: "Prices rose 3 per cent in May, the bank said." },
  { prediction: "", reference: "Nothing was said." },
];
const lines = (records: unknown[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join("");

const place = makeStudyFolder({
  "pairs.jsonl": lines(pairs),
  "blank-lines.jsonl": `\n${lines(pairs)}\n\n`,
  "windows.jsonl": `\uFEFF${lines(pairs).replaceAll("\n", "\r\n")}`,
  "broken.jsonl": `${lines(pairs.slice(0, 1))}{"prediction": "no reference"}\n`,
  "not-json.jsonl": "prediction, reference\n",
  "empty.jsonl": "",
});
afterAll(() => place.remove());

interface Scores {
  mean: Record<string, number>;
  pairs: Record<string, { precision: number; recall: number; fmeasure: number }>[];
}

async function scored(...args: string[]): Promise<Scores> {
  const { code, stdout, stderr } = await runCli(["score", ...args, "--json"], place.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Scores;
}

describe("ceteris score", () => {
  it("gives the scorer's values, mean and each", async () => {
    const expected = scorePairs(pairs);
    const { mean, pairs: each } = await scored("pairs.jsonl");
    // The mean and each in one unit: per cent.
    const first = each[0]?.["rouge1"];
    const { precision, recall, fmeasure } = expected.pairs[0]!.rouge1;
    expect(first).toEqual({ precision: 100 * precision, recall: 100 * recall, fmeasure: 100 * fmeasure });
    const whole = each.reduce((sum, pair) => sum + (pair["rouge1"]?.fmeasure ?? 0), 0);
    expect(mean["rouge1"]).toBeCloseTo(whole / each.length, 2);
    for (const type of rougeNames) expect(mean[type]).toBe(expected.mean[type]);
    expect(Object.keys(mean)).toEqual(["rouge1", "rouge2", "rougeL", "rougeLsum"]);
    expect(each[0]?.["rouge1"]?.fmeasure).toBeGreaterThan(50);
    for (const same of ["blank-lines.jsonl", "windows.jsonl"])
      expect(await scored(same)).toEqual(await scored("pairs.jsonl"));
  });

  it("splits into sentences first with --split, which moves rougeLsum and nothing else", async () => {
    const [whole, split] = [await scored("pairs.jsonl"), await scored("pairs.jsonl", "--split")];
    expect(split.pairs[0]?.["rougeLsum"]?.fmeasure).toBe(100 * scoreAsMlperf(pairs).pairs[0]!.rougeLsum.fmeasure);
    expect(split.pairs[0]?.["rougeLsum"]).not.toEqual(whole.pairs[0]?.["rougeLsum"]);
    expect(split.pairs[0]?.["rougeL"]).toEqual(whole.pairs[0]?.["rougeL"]);
  });

  it("prints the means for people", async () => {
    const { code, stdout } = await runCli(["score", "pairs.jsonl"], place.folder);
    const { mean } = scorePairs(pairs);
    expect(code).toBe(0);
    for (const type of rougeNames) expect(stdout).toMatch(new RegExp(`^${type} +${mean[type]?.toFixed(4)}$`, "m"));
  });

  it.each([
    { file: "broken.jsonl", says: 'broken.jsonl:2: not a JSON object with the texts "prediction" and "reference"' },
    { file: "not-json.jsonl", says: "not-json.jsonl:1: not a JSON object" },
    { file: "empty.jsonl", says: "empty.jsonl has no line" },
    { file: "nowhere.jsonl", says: "there is no file nowhere.jsonl" },
  ])("refuses $file with its place, and scores nothing", async ({ file, says }) => {
    const { code, stdout, stderr } = await runCli(["score", file, "--json"], place.folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`ceteris: ${says}`);
    expect(stderr).toMatch(/\n {2}\S/);
  });
});
