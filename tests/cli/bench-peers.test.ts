import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vllmLines, wordsOf } from "../fixtures/bench/vllm-command-lines.ts";
import { makeStudyFolder, runCli } from "../support/cli.ts";
import { measuredCodes } from "../support/measured.ts";
import { useStartedPrograms } from "../support/started-programs.ts";

const place = makeStudyFolder();
const programs = useStartedPrograms();
let address: string;

beforeAll(async () => {
  address = await programs.startEngine(["--served-model-name", "llama"], [], 8);
  const turns = [
    { from: "human", value: "What is a lighthouse for?" },
    { from: "gpt", value: "It marks a coast at night." },
  ];
  writeFileSync(join(place.folder, "FILE.json"), JSON.stringify([{ id: "a", conversations: turns }]));
});
afterAll(() => place.remove());

/** A line as its author typed it, but for the server, the model and, so that the test is short, a smaller number at its end. */
const typed = (line: string, requests: number): string[] => {
  const port = address.split(":").at(-1) ?? "";
  return [
    "bench",
    ...wordsOf(line.replaceAll("PORT", port).replaceAll("MODEL", "llama")),
    "--num-prompts",
    `${requests}`,
  ];
};

describe("a command line of vllm bench serve, with `ceteris bench` in front", () => {
  it.each(vllmLines.filter(({ ours }) => ours !== null))("measures: $where", async ({ line }) => {
    const { code, stdout, stderr } = await runCli([...typed(line, 4), "--json"], place.folder);
    expect(measuredCodes, stderr).toContain(code);
    expect(JSON.parse(stdout)).toMatchObject({
      origin: "simulated",
      model: "llama",
      requests: { sent: 4, finished: 4 },
    });
    expect(stderr).toContain("note: read as: ceteris bench http://");
  });

  it.each(vllmLines.filter(({ ours }) => ours === null))(
    "is refused with what to do: $where",
    async ({ line, hint }) => {
      const { code, stdout, stderr } = await runCli(typed(line, 4), place.folder);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(hint!);
    },
  );
});

it("writes vLLM's file, with the percentiles and at the place that were asked for", async () => {
  const args = ["--num-prompts", "6", "--random-output-len", "8", "--max-concurrency", "2", "--save-result"];
  const folder = ["--result-dir", "saved", "--metric-percentiles", "50,99", "--goodput", "ttft:5000"];
  const { code, stdout, stderr } = await runCli(
    ["bench", "--base-url", `http://${address}`, ...args, ...folder],
    place.folder,
  );
  expect(measuredCodes, stderr).toContain(code);
  expect(stdout).toMatch(/^total throughput +\d+\.\d\d tok\/s/m);
  expect(stdout).toMatch(/^goodput +\d+\.\d\d req\/s, 100\.0 % of the requests$/m);
  expect(stdout).toMatch(/^duration +\d+\.\d\d s measured$/m);
  const [file = ""] = readdirSync(join(place.folder, "saved"));
  expect(file).toMatch(/^openai-infqps-concurrency2-llama-\d{8}-\d{6}\.json$/);
  expect(stdout).toContain(`saved                     saved/${file}`);
  const saved = JSON.parse(readFileSync(join(place.folder, "saved", file), "utf8")) as { [key: string]: number };
  expect(saved).toMatchObject({
    backend: "openai",
    model_id: "llama",
    num_prompts: 6,
    request_rate: "inf",
    max_concurrency: 2,
    completed: 6,
    failed: 0,
    total_input_tokens: 6 * 1024,
    total_output_tokens: 6 * 8,
  });
  for (const key of ["p50_ttft_ms", "p99_ttft_ms", "mean_tpot_ms", "std_itl_ms", "median_e2el_ms", "duration"])
    expect(saved[key], key).toBeGreaterThan(0);
  expect(saved["p50_ttft_ms"]).toBe(saved["median_ttft_ms"]);
});

it("adds a line to a file of vLLM's, which ends without one, and asks for no --save-result, as vLLM does", async () => {
  const file = join(place.folder, "runs.json");
  writeFileSync(file, '{"of":"vLLM"}');
  const args = ["bench", address, "--requests", "4", "--concurrency", "2", "--output-tokens", "4", "--append-result"];
  const named = ["--result-dir", "elsewhere", "--result-filename", file];
  const { code, stderr } = await runCli([...args, ...named, "--metadata", "gpu=H100"], place.folder);
  expect(measuredCodes, stderr).toContain(code);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { of: "vLLM" },
    { gpu: "H100", completed: 4 },
  ]);
  const refused = await runCli([...args, "--metadata", "H100"], place.folder);
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining("--metadata: H100 is not NAME=VALUE") });
});

it("asks conversations by flags, on the chat route", async () => {
  const flags = ["--requests", "6", "--concurrency", "2", "--turns", "3", "--think", "0.01", "--input-tokens", "8"];
  const { code, stdout, stderr } = await runCli(
    ["bench", address, ...flags, "--output-tokens", "4", "--study", "talks", "--json"],
    place.folder,
  );
  expect(measuredCodes, stderr).toContain(code);
  expect(JSON.parse(stdout)).toMatchObject({ experiment: "c2-turns3-in8-out4-chat", requests: { finished: 6 } });
  expect(existsSync(join(place.folder, "results/talks"))).toBe(true);
});

it("ramps by flags", async () => {
  const flags = [
    "--requests",
    "20",
    "--rate",
    "20",
    "--ramp-to",
    "60",
    "--max-in-flight",
    "10",
    "--output-tokens",
    "4",
  ];
  const { code, stdout, stderr } = await runCli(
    ["bench", address, ...flags, "--study", "ramp", "--json"],
    place.folder,
  );
  expect(measuredCodes, stderr).toContain(code);
  expect(JSON.parse(stdout)).toMatchObject({ experiment: "r20-to60-in128-out4", requests: { finished: 20 } });
});
