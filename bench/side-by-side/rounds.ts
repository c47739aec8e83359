import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { samplingDefaults } from "../../src/matrix/workload/workload-defaults.ts";
import type { RunningEngine } from "../../src/engine/index.ts";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import { outcomeOf } from "../load/child.ts";
import { repositoryFolder } from "../peers/environment.ts";
import { readServeResult, serveArguments, serveVariables, shareGptFile } from "../peers/vllm-serve.ts";
import { coresWhileServing, watchCpu } from "./cpu.ts";
import type { SideEngine } from "./engines.ts";
import {
  byOurDefinitions,
  coreFigures,
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
import { readCapture, startCapture, type Captured } from "./wire-capture.ts";

/** What a round is run with. */
export interface Setting {
  side: SideEngine;
  engine: RunningEngine;
  requests: number;
  prompts: readonly string[];
  folder: string;
  /** Of `wire.c`; null where there can be no witness on the wire. */
  wireProgram: string | null;
}

/** A round, and the account of its witness on the wire; null where it had none. */
export interface WatchedRound {
  round: Round;
  capture: Result<Captured> | null;
}

const timeoutMs = 600_000;
/** How `ceteris bench` ends where its trial is INVALID. */
const invalidCode = 4;
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

/**
 * A round, with what passed the wire meanwhile, what the engine itself counted from its beginning to its end, warm-up
 * included, and who used the cores.
 */
export async function withEngine(setting: Setting, take: () => Promise<Result<Round>>): Promise<Result<WatchedRound>> {
  const { engine, side, requests, folder, wireProgram } = setting;
  const before = await countersOf(setting);
  const file = join(folder, "wire.bin");
  const port = Number(new URL(engine.endpoint.url).port);
  const capture = wireProgram === null ? null : await startCapture(wireProgram, port, file);
  // A client is what this process starts; of itself it does next to nothing meanwhile.
  const witness = capture?.ok ? capture.value.pid : null;
  const cpu = watchCpu(engine.launch().processGroup?.pid ?? null, () => process.pid, witness);
  const round = await take();
  const cores = coreFigures(coresWhileServing(cpu.stop()));
  const counts = capture?.ok ? await capture.value.stop() : capture;
  const after = await countersOf(setting);
  if (!round.ok) return round;
  // All is over: its reading disturbs nobody.
  const { outputTokens, concurrency: warmups } = side;
  const captured = counts?.ok ? succeed(readCapture(file, counts.value, { warmups, requests, outputTokens })) : counts;
  const reported = { ...round.value.reported, ...engineMeans(before, after), ...cores };
  const wire = captured?.ok ? captured.value.figures : null;
  return succeed({ round: { ...round.value, reported, wire }, capture: captured });
}

async function countersOf({ engine, side }: Setting): Promise<{ [name: string]: number } | null> {
  const named = await engine.scrapeMetrics();
  if (named === null || side.ownTimes === undefined) return named;
  const page = await fetch(`${engine.endpoint.url}/metrics`);
  return { ...ownSums(await page.text(), side), ...named };
}

/**
 * Ours again, beside a process that uses as much CPU as their client used more than ours. What then differs between this
 * and theirs has other causes than that CPU.
 */
export async function besideBurner(setting: Setting, round: number, share: number): Promise<Result<Round>> {
  const burner = spawn(process.execPath, [join(import.meta.dirname, "burn.ts"), String(share)], { stdio: "ignore" });
  try {
    return await ourRound(setting, round, "beside");
  } finally {
    burner.kill("SIGKILL");
  }
}

/** `ceteris bench` once, as a user starts it. Beside a burner its verdict may be INVALID: that is what the burner is for. */
export async function ourRound(
  setting: Setting,
  round: number,
  as: "ours" | "beside" = "ours",
): Promise<Result<Round>> {
  const { side, requests, prompts, folder } = setting;
  const { endpoint } = setting.engine;
  const dataset = join(folder, "prompts.jsonl");
  writeFileSync(dataset, prompts.map((prompt) => `${JSON.stringify({ prompt, reference: null })}\n`).join(""));
  const launcher = join(repositoryFolder, "bin", "ceteris.sh");
  const results = join(folder, `${as}-${round}`);
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
  const said = await ran([launcher, "bench", endpoint.url, ...flags, "--ignore-eos", "--json"], folder, {
    passes: as === "ours" ? [0] : [0, invalidCode],
  });
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
  const words = serveArguments({
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
  });
  const said = await ran([program, ...words], folder, { variables: serveVariables });
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
    wire: null,
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
async function ran(
  argv: string[],
  folder: string,
  { variables = {}, passes = [0] }: { variables?: Record<string, string>; passes?: number[] } = {},
): Promise<Result<string>> {
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
  if (passes.includes(Number(code))) return succeed(text);
  return fail("client-failed", `${program} ended with ${code}:\n${tail}`, "See its output.");
}
