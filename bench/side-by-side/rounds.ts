import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { samplingDefaults } from "../../src/matrix/workload/workload-defaults.ts";
import type { RunningEngine } from "../../src/engine/index.ts";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import { outcomeOf } from "../load/child.ts";
import { repositoryFolder } from "../peers/environment.ts";
import { readServeResult, serveArguments, serveVariables, shareGptFile } from "../peers/vllm-serve.ts";
import type { SideEngine } from "./engines.ts";
import {
  byOurDefinitions,
  engineMeans,
  gapsByServe,
  ownSums,
  printedByServe,
  seenByServe,
  withoutStart,
  withTokens,
  type Figures,
  type SeenRequest,
} from "./metrics.ts";
import type { Round } from "./round.ts";

/** What a round is run with. */
export interface Setting {
  side: SideEngine;
  engine: RunningEngine;
  requests: number;
  prompts: readonly string[];
  folder: string;
}

const timeoutMs = 600_000;
/** It only has to take the prompts: tokens are counted by the server. */
const tokenizer = join(repositoryFolder, "experiments", "models", "summariser");

/** Prompts of words that the summariser knows, a token each there; every one begins elsewhere. */
export function promptsOf({ promptWords }: SideEngine, count: number): string[] {
  const dataset = readFileSync(join(repositoryFolder, "experiments", "datasets", "summariser.jsonl"), "utf8");
  const words = dataset
    .split("\n", 64)
    .flatMap((line) => (JSON.parse(line) as { prompt: string }).prompt.split(/\s+/))
    .filter((word) => word !== "");
  return Array.from({ length: count }, (_, index) => {
    const from = (index * 37) % (words.length - promptWords);
    return words.slice(from, from + promptWords).join(" ");
  });
}

/** A round, with what the engine itself counted from its beginning to its end, warm-up included. */
export async function withEngine(setting: Setting, take: () => Promise<Result<Round>>): Promise<Result<Round>> {
  const before = await countersOf(setting);
  const round = await take();
  if (!round.ok) return round;
  const reported = { ...round.value.reported, ...engineMeans(before, await countersOf(setting)) };
  return succeed({ ...round.value, reported });
}

async function countersOf({ engine, side }: Setting): Promise<{ [name: string]: number } | null> {
  const named = await engine.scrapeMetrics();
  if (named === null || side.ownTimes === undefined) return named;
  const page = await fetch(`${engine.endpoint.url}/metrics`);
  return { ...ownSums(await page.text(), side), ...named };
}

/** `ceteris bench` once, as a user starts it. */
export async function ourRound(setting: Setting, round: number): Promise<Result<Round>> {
  const { side, requests, prompts, folder } = setting;
  const { endpoint } = setting.engine;
  const dataset = join(folder, "prompts.jsonl");
  writeFileSync(dataset, prompts.map((prompt) => `${JSON.stringify({ prompt, reference: null })}\n`).join(""));
  const launcher = join(repositoryFolder, "bin", "ceteris.sh");
  const results = join(folder, `ours-${round}`);
  const options = {
    model: endpoint.model,
    dataset,
    "output-tokens": side.outputTokens,
    concurrency: side.concurrency,
    requests,
    warmup: side.concurrency,
    study: "side-by-side",
    results,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const said = await ran([launcher, "bench", endpoint.url, ...flags, "--ignore-eos", "--json"], folder);
  if (!said.ok) return said;
  const answer = JSON.parse(said.value) as OurAnswer;
  const sql = `SELECT sent_ms, first_token_ms, last_token_ms, output_tokens FROM requests
    WHERE phase = 'measure' AND error IS NULL AND first_token_ms IS NOT NULL ORDER BY sent_ms`;
  const rows = await ran([launcher, "query", sql, "--format", "json", "--results", results], folder);
  if (!rows.ok) return rows;
  const seen = (JSON.parse(rows.value) as OurRow[]).map((row) => ({
    startS: row.sent_ms / 1000,
    firstS: (row.first_token_ms - row.sent_ms) / 1000,
    lastS: (row.last_token_ms - row.sent_ms) / 1000,
    tokens: row.output_tokens,
  }));
  const { metrics, concurrency } = answer;
  const reported: Figures = { "in flight, mean": concurrency.held };
  for (const [metric, unit] of [
    ["request_throughput", "req/s"],
    ["output_throughput", "tok/s"],
  ] as const) {
    reported[`${metric}, ${unit}`] = metrics[metric]?.["value"] ?? null;
  }
  for (const metric of ["ttft", "tpot", "itl", "e2e"]) {
    for (const stat of ["mean", "p50", "p90", "p99"])
      reported[`${metric} ${stat}, ms`] = metrics[metric]?.[stat] ?? null;
  }
  return succeed(roundOf(reported, seen, null, side));
}

/** What ours asks of the engine, and theirs does not by itself: a server does other work for some of it. */
function alsoAsked({ outputTokens }: SideEngine): { [name: string]: number } {
  const { top_p, top_k, seed } = samplingDefaults();
  return { min_tokens: outputTokens, top_p, top_k, seed };
}

/** `vllm bench serve` once. */
export async function theirRound(setting: Setting, program: string, round: number): Promise<Result<Round>> {
  const { side, requests, prompts, folder } = setting;
  const { endpoint } = setting.engine;
  const dataset = join(folder, "prompts.json");
  writeFileSync(dataset, shareGptFile(prompts));
  const result = join(folder, `theirs-${round}.json`);
  const words = [
    "bench",
    "serve",
    ...serveArguments({
      url: endpoint.url,
      model: endpoint.model,
      tokenizer,
      dataset,
      requests,
      outputTokens: side.outputTokens,
      load: { concurrency: side.concurrency },
      warmups: side.concurrency,
      extraBody: alsoAsked(side),
      result,
    }),
  ];
  const said = await ran([program, ...words], folder, serveVariables);
  if (!said.ok) return said;
  const report = readServeResult(readFileSync(result, "utf8"));
  const seen = seenByServe(report, side.outputTokens);
  if (seen.length === 0) return fail("all-failed", "every request failed", "See its output.");
  return succeed(roundOf(printedByServe(report), seen, gapsByServe(report, side.outputTokens), side));
}

function roundOf(
  reported: Figures,
  seen: readonly SeenRequest[],
  gapsMs: readonly number[] | null,
  { outputTokens, concurrency }: SideEngine,
): Round {
  const counted = withTokens(seen, outputTokens);
  return {
    reported,
    // Where the gaps are not at hand, what it reports of them is by our definition already.
    defined: { ...(gapsMs === null ? reported : {}), ...byOurDefinitions(seen, gapsMs) },
    counted: byOurDefinitions(counted, null),
    settled: byOurDefinitions(withoutStart(counted, concurrency), null),
  };
}

interface OurAnswer {
  metrics: { [metric: string]: { [stat: string]: number | null } | undefined };
  concurrency: { held: number | null };
}

interface OurRow {
  sent_ms: number;
  first_token_ms: number;
  last_token_ms: number;
  output_tokens: number;
}

/** What a program says on stdout. */
async function ran(argv: string[], folder: string, variables: Record<string, string> = {}): Promise<Result<string>> {
  const [program = "", ...words] = argv;
  mkdirSync(join(folder, "tmp"), { recursive: true });
  const child = spawn(program, words, {
    cwd: folder,
    env: { ...process.env, TMPDIR: join(folder, "tmp"), ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: timeoutMs,
  });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString("utf8")));
  const { code, tail } = await outcomeOf(child);
  if (code === 0) return succeed(text);
  return fail("client-failed", `${program} ended with ${code}:\n${tail}`, "See its output.");
}
