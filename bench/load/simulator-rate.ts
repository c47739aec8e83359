/** How fast the simulated engine is: what it writes before it is late by itself. */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { quantileLinear, sortedCopy } from "../../src/math/quantile.ts";
import { fail, succeed, type Result } from "../../src/schema/result.ts";
import { outcomeOf, stop } from "./child.ts";
import type { Programs } from "./compile.ts";
import { cpuUntil, readMeter } from "./meter.ts";

/** One load on the simulated engine. */
export interface SimulatorRung {
  streams: number;
  tokensPerS: number;
  /** Of first and last tokens after the warm-up, behind the engine's own schedule, in ms. */
  latenessMs: { p50: number; p99: number };
  /** CPU of the engine ÷ tokens. */
  cpuUsPerToken: number;
}

export interface SimulatorRate {
  /** Tokens a second of the highest rung that was late by 1 ms or less at p99; null where none was. */
  highest: number | null;
  stop: string;
  rungs: SimulatorRung[];
}

const latenessLimitMs = 1;
const mostStreams = 1024;
/** Seven milliseconds a token: the rungs begin at a thousand tokens a second. */
const model = "meta-llama/Llama-3.1-8B-Instruct";
const outputTokens = 128;
const readyWithinMs = 30_000;

/** Doubles the streams from 8 until the p99 of lateness is above 1 ms. A rung of about `seconds`. SIMULATED. */
export async function simulatorRate(
  programs: Programs,
  cores: number,
  seconds: number,
  say: (line: string) => void,
): Promise<SimulatorRate> {
  const rungs: SimulatorRung[] = [];
  const held = (rung: SimulatorRung): boolean => rung.latenessMs.p99 <= latenessLimitMs;
  let why = `no rung up to ${mostStreams} streams was late`;
  for (let streams = 8; streams <= mostStreams; streams *= 2) {
    const requests = streams * Math.max(2, Math.round(seconds / answerS(rungs.at(-1))));
    const broke = await tried(streams, requests);
    if (broke === null) continue;
    why = `with ${streams} streams, ${broke}`;
    // Once more: something else may have been in its way.
    if ((await tried(streams, requests)) !== null) break;
  }
  const best = rungs.filter(held).toSorted((a, b) => b.tokensPerS - a.tokensPerS)[0];
  return { highest: best?.tokensPerS ?? null, stop: why, rungs };

  async function tried(streams: number, requests: number): Promise<string | null> {
    const rung = await rungOf(programs, cores, streams, requests);
    if (!rung.ok) return rung.problem.message;
    rungs.push(rung.value);
    const { tokensPerS, latenessMs } = rung.value;
    const late = `${latenessMs.p99.toFixed(2)} ms late at p99`;
    say(`simulator ${streams} streams: ${Math.round(tokensPerS)} tokens/s, ${late}`);
    return held(rung.value) ? null : `it was ${late}`;
  }
}

/** Seconds that an answer takes, by the pace of the rung before. */
function answerS(before: SimulatorRung | undefined): number {
  return before === undefined ? 1 : (outputTokens * before.streams) / before.tokensPerS;
}

async function rungOf(
  programs: Programs,
  cores: number,
  streams: number,
  requests: number,
): Promise<Result<SimulatorRung>> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-bench-"));
  const truthFile = join(folder, "truth.csv");
  const meterFile = join(folder, "meter.csv");
  const port = await freePort();
  const launcher = resolve(import.meta.dirname, "../../bin/ceteris.sh");
  const words = ["simulated-engine", model, "--port", String(port), "--max-num-seqs", String(streams)];
  const engine = spawn(programs.meter, ["0", "100", meterFile, launcher, ...words], {
    env: { ...process.env, CETERIS_SIMULATED_TRUTH: truthFile },
    stdio: "ignore",
  });
  try {
    if (!(await answers(port))) return fail("no-engine", "the simulated engine did not answer", "Start it by hand.");
    const client = [join(import.meta.dirname, "our-client.ts"), ...[port, streams, requests, outputTokens].map(String)];
    const clientCore = String(Math.min(1, cores - 1));
    const rest = ["comp", join(folder, "rows.csv"), "--model", model];
    const started = [process.execPath, ...client, ...rest];
    const child = spawn(programs.meter, [clientCore, "100", join(folder, "client.csv"), ...started], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = await outcomeOf(child);
    if (said.code !== 0) return fail("client-failed", `our client ended with ${said.code}: ${said.tail}`, "See above.");
    await stop(engine);
    const rows = readSimulatorTruth(readFileSync(truthFile, "utf8"));
    if (rows.length < requests) return fail("rows-missing", `${rows.length} of ${requests} rows`, "See its log.");
    const cpuNs = cpuUntil(readMeter(readFileSync(meterFile, "utf8")), Infinity);
    return succeed({ streams, ...rungFigures(rows, cpuNs, rows.length - requests) });
  } finally {
    await stop(engine);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the simulated engine did for one request. Milliseconds; `arrivedMs` of its wall clock, the others after it. */
export interface SimulatorRow {
  arrivedMs: number;
  firstDueMs: number;
  firstSentMs: number;
  lastDueMs: number;
  lastSentMs: number;
  tokens: number;
}

/** Its truth, without requests that did not finish. */
export function readSimulatorTruth(csv: string): SimulatorRow[] {
  const [header = "", ...lines] = csv.trimEnd().split("\n");
  const names = header.split(",");
  return lines.flatMap((line) => {
    const fields = line.split(",");
    const value = (name: string): number => Number(fields[names.indexOf(name)] || Number.NaN);
    const row = {
      arrivedMs: value("arrived_unix_ms"),
      firstDueMs: value("first_due_ms"),
      firstSentMs: value("first_sent_ms"),
      lastDueMs: value("last_due_ms"),
      lastSentMs: value("last_sent_ms"),
      tokens: value("output_tokens"),
    };
    return Object.values(row).every(Number.isFinite) ? [row] : [];
  });
}

/**
 * Rate and lateness of a rung, with the CPU that the engine used over its life in nanoseconds. The first requests to arrive
 * are a warm-up of this size, as in every trial: their lateness is not counted.
 */
export function rungFigures(
  rows: readonly SimulatorRow[],
  cpuNs: number,
  warmUp: number,
): Omit<SimulatorRung, "streams"> {
  const tokens = rows.reduce((sum, row) => sum + row.tokens, 0);
  const startMs = Math.min(...rows.map(({ arrivedMs }) => arrivedMs));
  const endMs = Math.max(...rows.map(({ arrivedMs, lastSentMs }) => arrivedMs + lastSentMs));
  const late = sortedCopy(
    rows
      .toSorted((left, right) => left.arrivedMs - right.arrivedMs)
      .slice(warmUp)
      .flatMap((row) => [row.firstSentMs - row.firstDueMs, row.lastSentMs - row.lastDueMs])
      .map((ms) => Math.max(0, ms)),
  );
  return {
    tokensPerS: (tokens / (endMs - startMs)) * 1000,
    latenessMs: { p50: quantileLinear(late, 0.5) ?? 0, p99: quantileLinear(late, 0.99) ?? 0 },
    cpuUsPerToken: cpuNs / 1000 / tokens,
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

async function answers(port: number): Promise<boolean> {
  const endMs = performance.now() + readyWithinMs;
  while (performance.now() < endMs) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
    if (answer?.ok === true) return true;
    await sleep(50);
  }
  return false;
}
