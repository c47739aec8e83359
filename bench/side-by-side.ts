/**
 * The same load on a real engine, measured by us and by `vllm bench serve` in turn:
 *
 *   npm run bench:side-by-side                         vLLM on the CPU, then llama.cpp: 3 rounds of each client
 *   npm run bench:side-by-side -- --engine llama-cpp --rounds 5 --requests 800
 *   npm run bench:side-by-side -- --short              one round of a few requests, to try it
 *
 * The engine is started once, by its own file and the product's own code. Both clients send the same prompts in their own
 * order, with the same lengths and the same number in flight, at temperature 0. A difference above 2 % is followed by what
 * the requests themselves and the engine show of its cause. Tables on stdout, progress on stderr, all figures in --out.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolderOf } from "../src/engine/index.ts";
import { hostFacts } from "../src/telemetry/host.ts";
import { ownBuild } from "../src/telemetry/own-build.ts";
import { realWorld } from "../src/world/real-world.ts";
import { measureNoise } from "./load/host.ts";
import { installedEnvironment } from "./peers/index.ts";
import { vllmBench } from "./peers/vllm-bench-serve.ts";
import { sideBySide, sideTable, type SideRow } from "./side-by-side/compare.ts";
import { sideEngines, type SideEngine } from "./side-by-side/engines.ts";
import { launchSideEngine } from "./side-by-side/launch.ts";
import type { Round } from "./side-by-side/round.ts";
import { ourRound, promptsOf, theirRound, withEngine, type Setting } from "./side-by-side/rounds.ts";

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
  rows: SideRow[];
  failures: string[];
}

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
  const engines: SideRecord[] = [];
  for (const side of wanted) engines.push(await measureEngine(side, program));
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

async function measureEngine(side: SideEngine, program: string): Promise<SideRecord> {
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
    rows: [],
    failures: [],
  };
  try {
    const launched = await launchSideEngine(world, side, folder, say);
    if (!launched.ok) {
      found.failures.push(launched.problem.message);
    } else {
      const prompts = promptsOf(side, requests);
      const setting: Setting = { side, engine: launched.value, requests, prompts, folder };
      try {
        for (let round = 0; round < rounds; round += 1) await bothRounds(setting, program, round, found);
      } finally {
        await launched.value.stop();
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${engine}: ${requests} requests of ${promptWords} words, ${outputTokens} tokens, ${concurrency} open`);
  if (found.ours.length > 0 && found.theirs.length > 0) {
    found.rows = sideBySide(found.ours, found.theirs);
    console.log(sideTable(found.rows, vllmBench.name));
  }
  for (const failure of found.failures) console.log(`FAILED: ${failure}`);
  return found;
}

/** One of each; the one that begins changes. */
async function bothRounds(setting: Setting, program: string, round: number, found: SideRecord): Promise<void> {
  const turns = [
    async () => add(found.ours, "ceteris", await withEngine(setting, () => ourRound(setting, round))),
    async () => add(found.theirs, vllmBench.name, await withEngine(setting, () => theirRound(setting, program, round))),
  ];
  for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await turn();

  function add(rounds: Round[], client: string, outcome: Awaited<ReturnType<typeof withEngine>>): void {
    if (outcome.ok) rounds.push(outcome.value);
    else found.failures.push(`${client}, round ${round + 1}: ${outcome.problem.message}`);
    const rate = outcome.ok ? outcome.value.reported["output_throughput, tok/s"] : null;
    say(`${setting.side.name}, round ${round + 1}, ${client}: ${rate?.toFixed(0) ?? "failed"} tok/s`);
  }
}
