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
  bailian:
    '{"chat_id": 12, "parent_chat_id": -1, "timestamp": 61.25, "input_length": 40, "output_length": 9, "type": "text", "turn": 1, "hash_ids": [3]}\n{"chat_id": 13, "parent_chat_id": 12, "timestamp": 75.5, "input_length": 10, "output_length": 1, "type": "text", "turn": 2, "hash_ids": [3]}\n',
  burstgpt:
    "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n45,ChatGPT,1087,230,1317,Conversation log\n118.0,GPT-4,417,276,693,API log\n",
};

async function load(text: string | Buffer | null, format: Format, requests = 2, unit?: "s" | "ms") {
  const asked: string[] = [];
  const files = {
    ...realWorld().files,
    stat: async (path: string) => {
      asked.push(path);
      return text === null ? null : { size: text.length, modifiedMs: 0, folder: false };
    },
    readBytes: async () => (typeof text === "string" ? Buffer.from(text) : text),
  };
  const outcome = await loadTrace(
    { kind: "trace", path: "traces/a", format, ...(unit === undefined ? {} : { unit }) },
    { world: { files }, root: "/study", requests },
  );
  expect(asked).toEqual(["/study/traces/a"]);
  return outcome;
}

async function times(text: string | Buffer, format: Format, unit?: "s" | "ms"): Promise<number[]> {
  const outcome = await load(text, format, 2, unit);
  if (!outcome.ok) throw new Error(outcome.problem.message);
  return Array.from(outcome.value, (atS) => Math.round(atS * 1e6) / 1e6);
}

describe("loadTrace", () => {
  it("reads the times of each format in seconds from the first", async () => {
    expect(await times(texts.csv, "csv")).toEqual([0, 0.25, 1.5]);
    expect(await times(texts.azure, "azure")).toEqual([0, 0.052, 60.052]);
    expect(await times(texts.mooncake, "mooncake")).toEqual([0, 3.053]);
    expect(await times(texts.bailian, "bailian")).toEqual([0, 14.25]);
    expect(await times(texts.burstgpt, "burstgpt")).toEqual([0, 40, 113]);
  });

  it("knows Bailian's lines, whose seconds look like Mooncake's milliseconds", async () => {
    expect(await times(texts.bailian, "mooncake")).toEqual([0, 14.25]);
    const whole = texts.bailian.replace("61.25", "61").replace("75.5", "75");
    expect(await times(whole, "mooncake")).toEqual([0, 14]);
  });

  it("asks for the unit where a fraction could be either, and takes what is said", async () => {
    const either = '{"timestamp": 61}\n{"timestamp": 62.5}\n';
    const asked = await load(either, "mooncake");
    expect(asked).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
    if (!asked.ok) expect(asked.problem.message).toContain("time 2 is 62.5: Mooncake's are whole milliseconds");
    expect(await times(either, "mooncake", "s")).toEqual([0, 1.5]);
    expect(await times(either, "mooncake", "ms")).toEqual([0, 0.0015]);
    expect(await times("1000\n1500\n", "csv", "ms")).toEqual([0, 0.5]);
    expect(await times("id,arrival_ms\n7,1000\n8,1500\n", "csv")).toEqual([0, 0.5]);
  });

  it("reads files as other programs write them: byte order marks, quoted commas, semicolons, decimal commas", async () => {
    const mark = "\u{feff}";
    const burst = 'Timestamp,Session ID,Elapsed time,Model\n0.5,,1.2,"GPT-4, 0613"\n2.25,9,0.3,ChatGPT\n';
    expect(await times(mark + burst, "burstgpt")).toEqual([0, 1.75]);
    expect(
      await times(`${mark}TIMESTAMP,Tokens\n2023-11-16 18:15:46.68,374\n2023-11-16 18:15:51,100\n`, "azure"),
    ).toEqual([0, 4.32]);
    expect(await times(`${mark}time;tokens\n0,5;100\n2,25;90\n`, "csv")).toEqual([0, 1.75]);
    expect(await times('time,tokens\n"0,5",100\n"2,25",90\n', "csv")).toEqual([0, 1.75]);
    expect(await times("time\ttokens\n0,5\t100\n2,25\t90\n", "csv")).toEqual([0, 1.75]);
    expect(await times(Buffer.from("time,modèle\n1,café\n2,thé\n", "latin1"), "csv")).toEqual([0, 1]);
    expect(await times(Buffer.from(`${mark}time\n1\n3\n`, "utf16le"), "csv")).toEqual([0, 2]);
  });

  it("reads carriage returns alone, and cells in quotes that go over lines", async () => {
    expect(await times("time,tokens\r1,100\r3,90\r", "csv")).toEqual([0, 2]);
    expect(await times(texts.mooncake.replaceAll("\n", "\r"), "mooncake")).toEqual([0, 3.053]);
    expect(await times('tokens,prompt,time\n7,"one\r\n\r\n""two"", three",4\n8,"four\nfive",6\n', "csv")).toEqual([
      0, 2,
    ]);
    expect(await times('time,disk\n1,5" wide\n3,"open\n', "csv")).toEqual([0, 2]);
  });

  it("takes the unit at the end of a column's name, and refuses dates in another unit than the format's", async () => {
    for (const head of ["timestamp_ns", "arrival (ns)", "when_ns"])
      expect(await times(`${head},tokens\n1700000000000000000,1\n1700000002000000000,1\n`, "csv")).toEqual([0, 2]);
    const problem = async (text: string, format: Format) => {
      const outcome = await load(text, format);
      return outcome.ok ? null : outcome.problem.message;
    };
    expect(await problem("time\n1700000000123\n1700000001123\n", "csv")).toContain("set `arrivals.unit` to `ms`");
    expect(await problem("Timestamp\n1700000000000000\n1700000001000000\n", "burstgpt")).toContain("write seconds");
    expect(await problem('{"timestamp": 1700000000}\n{"timestamp": 1700000001}\n', "mooncake")).toContain("to `s`");
    expect(await problem(texts.bailian.replace("61.25", "1700000000123"), "bailian")).toContain("to `ms`");
    expect(await times("time\n1700000000123\n1700000001123\n", "csv", "ms")).toEqual([0, 1]);
    expect(await times("time\n1700000000\n1700000001\n", "csv")).toEqual([0, 1]);
    expect(await times('{"timestamp": 1700000000123}\n{"timestamp": 1700000001123}\n', "mooncake")).toEqual([0, 1]);
  });

  it("refuses decimal commas between commas, which would lose each fraction", async () => {
    const outcome = await load("time,tokens\n0,5,100\n2,25,90\n", "csv");
    expect(outcome).toMatchObject({ ok: false, problem: { code: "trace-broken" } });
    if (!outcome.ok) expect(outcome.problem.message).toContain("line 2: 3 cells, and the first line has 2");
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
    const empty = await load("", "csv", 4);
    expect(empty).toMatchObject({ ok: false, problem: { hint: "Name a trace that has arrivals." } });
  });
});
