/**
 * Whether a trial says so when the client was what it measured:
 *
 *   npm run bench:starvation                     20 runs of each kind: a quarter of an hour
 *   npm run bench:starvation -- --runs 2 --kinds quiet,busy
 *
 * `ceteris bench`, as a user starts it, on one core, and the server of `bench/load` on another. At half of what the client
 * can carry there no trial may be INVALID on the client's account (`quiet`, and `quiet-open` at a rate); with programs
 * that never rest on its core (`busy`) and asked for ten times what it can (`tenfold`) every trial must be, for a reason
 * that is the client's. Two cores that nobody else uses are what it needs; it says where there were none.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import { realWorld } from "../src/world/real-world.ts";
import { compilePrograms, type Programs } from "./load/compile.ts";
import { measureNoise } from "./load/host.ts";

const launcher = resolve(import.meta.dirname, "../bin/ceteris.sh");
const serverCore = 0;
const clientCore = 1;

/** Checks that speak of the client: one of them is the right reason. */
const clientChecks = new Set(["client-capacity", "schedule-kept", "client-bound", "held-concurrency"]);

/** Beside one alone, the scheduler gives a client that takes a tenth of the core all that it asks for, and nothing is wrong with what it saw. */
const loopsOnCore = 8;
const loadS = 6.5;
const streams = 256;
const outputTokens = 128;
const firstUs = 20_000;
/** Of the open loops: short answers, so that requests are what costs. */
const shortTokens = 8;
const shortGapUs = 2000;
/** So many of them, and what sends them is compiled: at such a rate the first tenth of a second is not a handful of requests. */
const warmupRequests = 3000;
/** Half of so many tokens a second the server still writes one by one and in time. */
const mostWritten = 160_000;

export const kinds = ["quiet", "quiet-open", "busy", "tenfold"] as const;
export type Kind = (typeof kinds)[number];

/** What the client can do, by its calibration with a core for itself and another for the server. */
export interface Capacity {
  tokensPerS: number;
  /** Requests a second with `shortTokens` tokens each. */
  requestsPerS: number;
  disturbed: boolean;
}

interface Load {
  gapUs: number;
  flags: string[];
  busy: boolean;
}

/** What `ceteris bench` is asked for. */
export function loadOf(kind: Kind, capacity: Capacity): Load {
  const busy = kind === "busy";
  if (kind === "quiet" || kind === "busy") {
    const gapUs = Math.round((streams / (capacity.tokensPerS / 2)) * 1e6);
    const requestS = (firstUs + gapUs * (outputTokens - 1)) / 1e6;
    const requests = streams * Math.ceil(loadS / requestS);
    const flags = { concurrency: streams, requests, "output-tokens": outputTokens };
    return { gapUs, busy, flags: flagsOf(flags) };
  }
  const rate = kind === "tenfold" ? capacity.requestsPerS * 10 : capacity.requestsPerS / 2;
  // As many as the client can send in the time, however many are due in it.
  const requests = Math.ceil(loadS * Math.min(rate, capacity.requestsPerS));
  const flags = { rate: Math.round(rate), requests, "output-tokens": shortTokens, warmup: warmupRequests };
  return { gapUs: shortGapUs, busy, flags: flagsOf(flags) };
}

function flagsOf(flags: { [name: string]: number }): string[] {
  return Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

/** The members of `bench --json` that are looked at. */
export interface Answer {
  client: { cpu_share: number };
  verdict: { status: string; reason: string; checks: { id: string; status: string }[] };
}

/** The checks of the client that failed; null where the trial was not INVALID by one of them. */
export function clientReason({ verdict }: Answer): string | null {
  const failed = verdict.checks.filter(({ id, status }) => status === "fail" && clientChecks.has(id));
  return verdict.status === "INVALID" && failed.length > 0 ? failed.map(({ id }) => id).join(" ") : null;
}

interface Calibrated {
  calibration?: {
    skipped: string | null;
    measured: {
      cpu_per_token_us: number;
      cpu_per_request_us: number;
      highest_tokens_per_s: number | null;
      ended_by: string;
    } | null;
  };
}

/** From the record of a trial that was given both cores. */
export function capacityOf({ calibration }: Calibrated): Capacity {
  const measured = calibration?.measured;
  if (!measured) throw new Error(`the client was not calibrated: ${calibration?.skipped ?? "its trial does not tell"}`);
  const { cpu_per_token_us: tokenUs, cpu_per_request_us: requestUs, highest_tokens_per_s: highest } = measured;
  return {
    tokensPerS: Math.min(highest ?? mostWritten, mostWritten),
    requestsPerS: 1e6 / (requestUs + shortTokens * tokenUs),
    disturbed: measured.ended_by === "machine",
  };
}

async function runBench(
  programs: Programs,
  { gapUs, flags, busy }: Load,
  pinned: (command: string[]) => [string, string[]] = onCore,
): Promise<Answer & { trial: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "ceteris-starvation-"));
  const server = spawn(programs.mock, ["0", firstUs, gapUs, join(folder, "log.csv"), serverCore].map(String), {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const loops = Array.from({ length: busy ? loopsOnCore : 0 }, () =>
    spawn(...onCore(["sh", "-c", "while :; do :; done"]), { stdio: "ignore" }),
  );
  try {
    const port = await portOf(server);
    const command = [
      launcher,
      "bench",
      `127.0.0.1:${port}`,
      "--json",
      "--fidelity",
      "screen",
      "--input-tokens",
      "16",
      ...flags,
    ];
    const client = spawn(...pinned(command), { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    const texts = ["", ""];
    for (const [place, stream] of [client.stdout, client.stderr].entries())
      stream.setEncoding("utf8").on("data", (text: string) => (texts[place] += text));
    const [code] = (await once(client, "close")) as [number | null];
    if (code !== 0 && code !== 4) throw new Error(`ceteris bench ended with ${code}:\n${texts[1]}`);
    return { folder, ...(JSON.parse(texts[0]!) as Answer & { trial: string }) };
  } finally {
    for (const loop of loops) loop.kill("SIGKILL");
    server.kill("SIGKILL");
  }
}

function onCore([program = "", ...rest]: string[]): [string, string[]] {
  return ["taskset", ["-c", String(clientCore), program, ...rest]];
}

/** On one core the client and its null server would be calibrated together. */
function anywhere([program = "", ...rest]: string[]): [string, string[]] {
  return [program, rest];
}

/** The server says `ready PORT` on its first line. */
async function portOf(server: ChildProcess): Promise<number> {
  for await (const line of createInterface({ input: server.stdout! })) {
    const port = Number(/^ready (\d+)$/.exec(line)?.[1]);
    if (port > 0) return port;
  }
  throw new Error("the server ended before it listened");
}

/**
 * The requests that its core can carry, by what a rate far below costs there: a calibration takes the least that a request of
 * one token costs, and with answers that come one by one it costs more.
 */
async function withTrueRequests(programs: Programs, calibrated: Capacity): Promise<Capacity> {
  const rate = calibrated.requestsPerS / 4;
  const { client, folder } = await runBench(programs, loadOf("quiet-open", { ...calibrated, requestsPerS: rate * 2 }));
  rmSync(folder, { recursive: true });
  return { ...calibrated, requestsPerS: rate / client.cpu_share };
}

async function starve(programs: Programs, runs: number, wanted: readonly Kind[]): Promise<void> {
  const noise = measureNoise();
  if (noise.reasons.length > 0) console.log(`NOISY HOST: ${noise.reasons.join("; ")}. The quiet kinds prove nothing.`);
  const load = { gapUs: 10_000, flags: flagsOf({ requests: 64, concurrency: 16 }), busy: false };
  const first = await runBench(programs, load, anywhere);
  const calibrated = capacityOf(
    JSON.parse(readFileSync(join(first.folder, first.trial, "trial.json"), "utf8")) as Calibrated,
  );
  rmSync(first.folder, { recursive: true });
  const capacity = await withTrueRequests(programs, calibrated);
  console.log(
    `calibrated${capacity.disturbed ? ", beside other work" : ""}: ${Math.round(capacity.tokensPerS)} tokens/s, ` +
      `${Math.round(capacity.requestsPerS)} requests/s of ${shortTokens} tokens`,
  );
  const found = new Map<Kind, (string | null)[]>(wanted.map((kind) => [kind, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const kind of wanted) {
      const answer = await runBench(programs, loadOf(kind, capacity));
      rmSync(answer.folder, { recursive: true });
      found.get(kind)!.push(clientReason(answer));
      console.error(`${kind}: ${answer.verdict.status}: ${answer.verdict.reason}`);
    }
  }
  for (const [kind, reasons] of found) {
    const invalid = reasons.filter((reason) => reason !== null);
    const expected = kind.startsWith("quiet") ? 0 : runs;
    const words = [...new Set(invalid)].map(
      (reason) => `${invalid.filter((one) => one === reason).length} × ${reason}`,
    );
    console.log(
      `${kind}: INVALID on the client's account in ${invalid.length} of ${runs}, expected ${expected}${words.length > 0 ? ` (${words.join(", ")})` : ""}`,
    );
    if (invalid.length !== expected) process.exitCode = 1;
  }
}

function isKind(name: string): name is Kind {
  return (kinds as readonly string[]).includes(name);
}

if (import.meta.main) {
  const { values: flags } = parseArgs({
    options: { runs: { type: "string", default: "20" }, kinds: { type: "string", default: kinds.join(",") } },
  });
  const wanted = flags.kinds.split(",").filter(isKind);
  const runs = Number(flags.runs);
  const programs = compilePrograms(cacheFolderOf(realWorld()));
  if (wanted.length === 0 || !Number.isInteger(runs) || runs < 1)
    throw new Error(`--kinds takes some of ${kinds.join(",")}, --runs a whole number from 1`);
  if (!programs.ok) console.log(`starvation: skipped: ${programs.problem.message}\n${programs.problem.hint}`);
  else if (availableParallelism() <= clientCore)
    console.log("starvation: skipped: it needs two cores, one for each side");
  else await starve(programs.value, runs, wanted);
}
