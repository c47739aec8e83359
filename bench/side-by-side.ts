/**
 * The same load on a real engine, measured by us and by `vllm bench serve` in turn:
 *
 *   npm run bench:side-by-side                         vLLM on the CPU, then llama.cpp: 3 rounds of each client
 *   npm run bench:side-by-side -- --engine llama-cpp --rounds 5 --requests 800
 *   npm run bench:side-by-side -- --short              one round of a few requests, to try it
 *
 * The engine is started once, by its own file and the product's own code. Both clients send the same prompts in their own
 * order, with the same lengths and the same number in flight, at temperature 0. A difference above 2 % is followed by what
 * the requests themselves, the engine, and two experiments of the run show of its cause. Tables on stdout, progress on
 * stderr, all figures in --out.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolderOf } from "../src/engine/index.ts";
import { hostFacts } from "../src/telemetry/host.ts";
import { ownBuild } from "../src/telemetry/own-build.ts";
import type { Result } from "../src/schema/result.ts";
import { realWorld } from "../src/world/real-world.ts";
import { compileProgram, compilePrograms } from "./load/compile.ts";
import { measureNoise } from "./load/host.ts";
import { installedEnvironment } from "./peers/index.ts";
import { vllmBench } from "./peers/vllm-bench.ts";
import { sideBySide, sideTable, type SideRow } from "./side-by-side/compare.ts";
import { sideEngines, type SideEngine } from "./side-by-side/engines.ts";
import { launchSideEngine } from "./side-by-side/launch.ts";
import { caseOf, latenessOfBoth, type BothLate, type Lateness } from "./side-by-side/lateness.ts";
import type { Round } from "./side-by-side/round.ts";
import { besideBurner, ourRound, promptsOf, theirRound, withEngine, type Setting } from "./side-by-side/rounds.ts";
import { usagePlace, type UsagePlace } from "./side-by-side/usage.ts";
import { captureLines, tryCapture, type Captured, type CaptureRecord } from "./side-by-side/wire-capture.ts";

const { values: flags } = parseArgs({
  options: {
    engine: { type: "string" },
    rounds: { type: "string" },
    requests: { type: "string" },
    short: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

/** One engine, measured. */
interface SideRecord {
  engine: string;
  requests: number;
  concurrency: number;
  promptWords: number;
  outputTokens: number;
  ours: Round[];
  theirs: Round[];
  /** Ours beside a process that used what their client used more. */
  beside: Round[];
  usage: UsagePlace | null;
  lateness: BothLate[];
  /** What watching the wire cost and found, round by round; none where nothing could watch it. */
  captures: CaptureRecord[];
  rows: SideRow[];
  failures: string[];
}

/** A share of a core that is worth a round of its own. */
const leastShare = 0.05;
const world = realWorld();
const startedMs = performance.now();
const say = (line: string): void => console.error(`${((performance.now() - startedMs) / 1000).toFixed(0)} s  ${line}`);
const wanted = sideEngines.filter(({ name }) => flags.engine === undefined || name === flags.engine);
const environment = installedEnvironment(vllmBench.environment, cacheFolderOf(world));

if (wanted.length === 0) {
  console.error(`--engine: there is ${sideEngines.map(({ name }) => name).join(", ")}`);
  process.exitCode = 2;
} else if (environment === null) {
  console.log(`skipped: "${vllmBench.name}" is not installed; npm run bench:peers -- "${vllmBench.name}" does it`);
} else {
  await measure(join(environment, "bin", "vllm"));
}

async function measure(program: string): Promise<void> {
  const noise = measureNoise();
  if (noise.reasons.length > 0) say(`NOISY HOST: ${noise.reasons.join("; ")}`);
  const wireProgram = await tryWire();
  const engines: SideRecord[] = [];
  for (const side of wanted) engines.push(await measureEngine(side, program, wireProgram));
  const { facts } = await hostFacts(world);
  const { build } = await ownBuild(world);
  const { hostname: _, ...machine } = facts;
  const record = { format: "ceteris.side-by-side/1", at: world.clock.wall(), noise, build, machine, engines };
  const stamp = world.clock.wall().slice(0, 19).replaceAll(":", "-");
  const out = resolve(flags.out ?? join(import.meta.dirname, "results", `side-by-side-${stamp}.json`));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify(record, null, 1)}\n`);
  if (noise.reasons.length > 0) console.log(`\nNOISY: ${noise.reasons.join("; ")}.`);
  console.log(`written: ${out}`);
  if (engines.some(({ failures }) => failures.length > 0)) process.exitCode = 1;
}

/** The program that watches the wire; null, and a line on why, where there can be none. */
async function tryWire(): Promise<string | null> {
  const compiled = compileProgram(join(import.meta.dirname, "side-by-side", "wire.c"), cacheFolderOf(world));
  const tried = compiled.ok ? await tryCapture(compiled.value) : compiled;
  if (compiled.ok && tried.ok) return compiled.value;
  if (!tried.ok) console.log(`No witness on the wire: ${tried.problem.message}. ${tried.problem.hint}`);
  return null;
}

async function measureEngine(side: SideEngine, program: string, wireProgram: string | null): Promise<SideRecord> {
  const rounds = Number(flags.rounds ?? (flags.short ? 1 : 3));
  const requests = Number(flags.requests ?? (flags.short ? 4 * side.concurrency : side.requests));
  const folder = mkdtempSync(join(tmpdir(), "ceteris-side-"));
  const { name: engine, concurrency, promptWords, outputTokens } = side;
  const found: SideRecord = {
    engine,
    requests,
    concurrency,
    promptWords,
    outputTokens,
    ours: [],
    theirs: [],
    beside: [],
    usage: null,
    lateness: [],
    captures: [],
    rows: [],
    failures: [],
  };
  try {
    const launched = await launchSideEngine(world, side, folder, say);
    if (!launched.ok) {
      found.failures.push(launched.problem.message);
    } else {
      const prompts = promptsOf(side, requests);
      const setting: Setting = { side, engine: launched.value, requests, prompts, folder, wireProgram };
      try {
        found.usage = await usagePlace(launched.value.endpoint, prompts[0] ?? "", outputTokens);
        for (let round = 0; round < rounds; round += 1) await bothRounds(setting, program, round, found);
      } finally {
        await launched.value.stop();
      }
      // The engine is gone: the clients have the machine to themselves.
      for (let round = 0; round < rounds; round += 1) await addLateness(side, program, round, found);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${engine}: ${requests} requests of ${promptWords} words, ${outputTokens} tokens, ${concurrency} open`);
  if (found.ours.length > 0 && found.theirs.length > 0) {
    found.rows = sideBySide(found.ours, found.theirs, found);
    console.log(sideTable(found.rows, vllmBench.name));
  }
  for (const line of captureLines(found.captures)) console.log(line);
  for (const failure of found.failures) console.log(`FAILED: ${failure}`);
  return found;
}

/** One of each; the one that begins changes. Then ours with as much CPU used beside it as their client used more. */
async function bothRounds(setting: Setting, program: string, round: number, found: SideRecord): Promise<void> {
  const turns = [
    async () => add(found.ours, "ceteris", await withEngine(setting, () => ourRound(setting, round))),
    async () => add(found.theirs, vllmBench.name, await withEngine(setting, () => theirRound(setting, program, round))),
  ];
  for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();
  const share = clientCores(found.theirs) - clientCores(found.ours);
  if (share >= leastShare) {
    const name = `ceteris beside ${share.toFixed(2)} cores of CPU`;
    add(found.beside, name, await withEngine(setting, () => besideBurner(setting, round, share)));
  }

  function add(rounds: Round[], client: string, outcome: Awaited<ReturnType<typeof withEngine>>): void {
    if (outcome.ok) {
      rounds.push(outcome.value.round);
      addCapture(found, client, round, outcome.value.capture);
    } else {
      found.failures.push(`${client}, round ${round + 1}: ${outcome.problem.message}`);
    }
    const rate = outcome.ok ? outcome.value.round.reported["output_throughput, tok/s"] : null;
    say(`${setting.side.name}, round ${round + 1}, ${client}: ${rate?.toFixed(0) ?? "failed"} tok/s`);
  }
}

function addCapture(found: SideRecord, client: string, round: number, capture: Result<Captured> | null): void {
  if (capture === null) return;
  if (!capture.ok) {
    found.captures.push({ client, round, problem: capture.problem.message });
  } else {
    const { figures: _, ...account } = capture.value;
    found.captures.push({ client, round, ...account });
  }
}

/** Both clients on a server that knows the truth, at the pace that ours saw of the engine. */
async function addLateness(side: SideEngine, program: string, round: number, found: SideRecord): Promise<void> {
  const given = caseOf(side, found.ours.at(-1)?.settled ?? {});
  const programs = compilePrograms(cacheFolderOf(world));
  if (given === null || !programs.ok) return;
  const their = vllmBench.client(dirname(dirname(program)));
  const cores = availableParallelism();
  const both = await latenessOfBoth(programs.value, cacheFolderOf(world), their, { given, round, cores });
  if (both.ok) found.lateness.push(both.value);
  else found.failures.push(`lateness, round ${round + 1}: ${both.problem.message}`);
  say(`${side.name}, round ${round + 1}: ${both.ok ? lateText(both.value) : "lateness could not be had"}`);
}

function lateText({ ours, theirs }: BothLate): string {
  return `late at that pace by themselves: ceteris ${lateWords(ours)}; ${vllmBench.name} ${lateWords(theirs)}`;
}

function lateWords({ ttftMs, tpotPercent }: Lateness): string {
  return `TTFT ${ttftMs.p50?.toFixed(2) ?? "-"} ms, TPOT ${tpotPercent?.toFixed(1) ?? "-"} %`;
}

function clientCores(rounds: readonly Round[]): number {
  return rounds.at(-1)?.reported["CPU of the client, cores"] ?? 0;
}
