import { describe, expect, it } from "vitest";
import { loadTrace } from "../../../src/dataset/index.ts";
import type { ArrivalDeclaration } from "../../../src/schema/workload.ts";
import { realWorld } from "../../../src/world/real-world.ts";

type Format = Extract<ArrivalDeclaration, { kind: "trace" }>["format"];

/** First lines of the public files. */
const texts: Record<Format, string> = {
  csv: "0.5,100,20\n0.75,90,10\n\n2,1,1\n",
  azure:
    "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n2023-11-16 18:17:04.0319600,3180,8\r\n2023-11-16 18:18:04.0319600,110,27\r\n",
  mooncake:
    '{"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}\n{"timestamp": 30535, "input_length": 6472, "output_length": 26, "hash_ids": [46]}\n',
  burstgpt:
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,230,1317,Conversation log\n118.0,GPT-4,417,276,693,API log\n",
};

async function load(text: string | null, format: Format, requests = 2) {
  const asked: string[] = [];
  const files = {
    ...realWorld().files,
    readText: async (path: string) => {
      asked.push(path);
      return text;
    },
  };
  const outcome = await loadTrace(
    { kind: "trace", path: "traces/a", format },
    { world: { files }, root: "/study", requests },
  );
  expect(asked).toEqual(["/study/traces/a"]);
  return outcome;
}

async function times(text: string, format: Format): Promise<number[]> {
  const outcome = await load(text, format);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return Array.from(outcome.value, (atS) => Math.round(atS * 1e6) / 1e6);
}

describe("loadTrace", () => {
  it("reads the times of each format in seconds from the first", async () => {
    expect(await times(texts.csv, "csv")).toEqual([0, 0.25, 1.5]);
    expect(await times(texts.azure, "azure")).toEqual([0, 0.052, 60.052]);
    expect(await times(texts.mooncake, "mooncake")).toEqual([0, 3.053]);
    expect(await times(texts.burstgpt, "burstgpt")).toEqual([0, 40, 113]);
  });

  it("takes the column that is called a time, whatever its place, and sorts", async () => {
    expect(await times("tokens,timestamp\n7,4\n8,1\n9,2.5\n", "csv")).toEqual([0, 1.5, 3]);
    expect(await times('"when","tokens"\n3,1\n5,1\n', "csv")).toEqual([0, 2]);
  });

  it("reads Azure's second year, which has a zone and microseconds", async () => {
    const text =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,1,1\n2024-05-10 00:00:01.009931+00:00,1,1\n";
    expect(await times(text, "azure")).toEqual([0, 1.000001]);
  });

  it.each<[Format, string]>([
    ["csv", "time\n1\nsoon\n"],
    ["azure", "TIMESTAMP\n2023-11-16 18:17:03.9\nyesterday\n"],
    ["mooncake", '{"timestamp": 1}\n\n{"timestamp": "2"}\n'],
    ["burstgpt", "Timestamp,Model\n1,a\n,b\n"],
  ])("names the line of %s that has no time", async (format, text) => {
    const outcome = await load(text, format);
    expect(outcome).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
    if (!outcome.ok) {
      expect(outcome.problem.message).toMatch(/^\/study\/traces\/a: line 3: /);
      expect(outcome.problem.hint).toContain(`arrivals.format is ${format}`);
    }
  });

  it("refuses a file of another format", async () => {
    expect(await load(texts.csv, "azure")).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
    expect(await load(texts.csv, "burstgpt")).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
    expect(await load(texts.csv, "mooncake")).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
  });

  it("says where a missing file would be, and how many arrivals a short one has", async () => {
    expect(await load(null, "csv")).toMatchObject({ ok: false, problem: { code: "trace-missing" } });
    const short = await load(texts.csv, "csv", 4);
    expect(short).toMatchObject({ ok: false, problem: { code: "trace-too-short" } });
    if (!short.ok) expect(short.problem.message).toContain("3 arrivals, and 4 requests");
  });
});
