/**
 * What a token costs our client, beside the floor and the peers that are installed, in one run:
 *
 *   npm run bench                     all parts: about ten minutes, and ten more where all peers are installed
 *   npm run bench -- --short          every part in a few seconds each: to try it; its figures mean nothing
 *   npm run bench -- --only closed-64,ladder --clients ceteris,"C floor" --runs 9
 *   npm run bench -- --beside ../before    our client of another checkout takes its turns too
 *   npm run bench -- --vllm-bench ../vllm/rust    vLLM's client in Rust, which cargo builds there, is a peer too
 *
 * Parts: closed-64, closed-512, poisson-50, two-workers, ladder, simulator. The clients take turns, so that what changes
 * on the machine changes for all: `--runs` (5) turns of ours and the floor, in the first `--peer-runs` (1) of which the
 * peers take part. Tables go to stdout, progress to stderr, everything that was measured to bench/results/ (`--out`). A
 * whole run on a quiet host also becomes bench/figures/load.json and .md, which are committed; `--keep` does so for any run.
 * Ratios of one run can be compared with those of another; microseconds cannot.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { cases, rungCase, twoWorkersCase, type Case } from "../bench/load/cases.ts";
import { climb, type Climb } from "../bench/load/climb.ts";
import { floorName, ourName, ownClients, type LoadClient } from "../bench/load/clients.ts";
import { compare } from "../bench/load/comparison.ts";
import { compilePrograms, type Programs } from "../bench/load/compile.ts";
import { measureNoise } from "../bench/load/host.ts";
import { withoutRuns, type BenchRecord, type FailedRun } from "../bench/load/record.ts";
import { recordMarkdown, recordText } from "../bench/load/record-text.ts";
import { runOnce, type Run } from "../bench/load/run-once.ts";
import { simulatorRate } from "../bench/load/simulator-rate.ts";
import { median, summarise } from "../bench/load/summary.ts";
import { installedPeers } from "../bench/peers/index.ts";
import { vllmBenchName, vllmBenchOf } from "../bench/peers/vllm-bench.ts";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import type { Result } from "../src/schema/result.ts";
import { hostFacts } from "../src/telemetry/host.ts";
import { ownBuild } from "../src/telemetry/own-build.ts";
import { realWorld } from "../src/world/real-world.ts";

/** A run beside more than this much of other work is called noisy. Of one core. */
const othersLimit = 0.1;
const simulatorRungS = 4;
const twoWorkersRuns = 3;
const figuresFile = resolve(import.meta.dirname, "../bench/figures/load.json");

const { values: flags } = parseArgs({
  options: {
    runs: { type: "string" },
    "peer-runs": { type: "string", default: "1" },
    short: { type: "boolean", default: false },
    only: { type: "string" },
    clients: { type: "string" },
    beside: { type: "string" },
    "vllm-bench": { type: "string" },
    keep: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const world = realWorld();
const cores = availableParallelism();
const cacheFolder = cacheFolderOf(world);
const programs = compilePrograms(cacheFolder);
if (!programs.ok) {
  console.log(`bench: skipped: ${programs.problem.message}\n${programs.problem.hint}`);
} else {
  await bench(programs.value);
}

async function bench(made: Programs): Promise<void> {
  const rounds = wholeNumber("--runs", flags.runs ?? (flags.short ? "1" : "5"), 1);
  const peerRounds = wholeNumber("--peer-runs", flags["peer-runs"], 0);
  const share = flags.short ? 0.1 : 1;
  const load = cases(share);
  const parts = chosen(
    [...load.map(({ id }) => id), "two-workers", "ladder", "simulator"],
    flags.only,
    "only",
    (part) => part,
  );
  const own = ownClients(made, cacheFolder, flags.beside && resolve(flags.beside));
  const { clients: installed, absent } = installedPeers(cacheFolder);
  const rust = vllmBenchOf(flags["vllm-bench"] && resolve(flags["vllm-bench"]));
  if (!rust.ok) {
    console.error(`${rust.problem.message}. ${rust.problem.hint}`);
    absent.push(vllmBenchName);
  }
  const peers = rust.ok ? [...installed, rust.value] : installed;
  const clients = chosen([...own, ...peers], flags.clients, "clients", ({ name }) => name);
  const noise = measureNoise();
  if (noise.reasons.length > 0)
    console.error(`NOISY HOST: ${noise.reasons.join("; ")}. Take ratios, not microseconds.`);

  const runs: Run[] = [];
  const failures: FailedRun[] = [];
  const startedMs = performance.now();
  const say = (text: string): void =>
    console.error(`${((performance.now() - startedMs) / 1000).toFixed(0)} s  ${text}`);
  const take = async (client: LoadClient, given: Case, round: number): Promise<Result<Run>> => {
    const run = await runOnce(made, client, given, round, cores);
    if (run.ok) {
      runs.push(run.value);
      const { tokensPerS, cpuUsPerToken } = run.value;
      say(`${given.id} ${client.name}: ${cpuUsPerToken.load.toFixed(1)} µs/token, ${Math.round(tokensPerS)} tokens/s`);
    } else {
      failures.push({ case: given.id, client: client.name, round, why: run.problem.message });
      say(`${given.id} ${client.name}: FAILED: ${run.problem.message}`);
    }
    return run;
  };

  for (const given of load.filter(({ id }) => parts.includes(id))) {
    for (let round = 0; round < rounds; round += 1) {
      const turn = clients.filter((one) => own.includes(one) || round < peerRounds).filter((one) => one.takes(given));
      // The one that begins changes, so that none always follows the same.
      const first = round % turn.length;
      for (const client of [...turn.slice(first), ...turn.slice(0, first)]) await take(client, given, round);
    }
  }
  const ofCases = [...runs];
  const ours = own.find(({ name }) => name === ourName)!;
  const twoWorkers =
    parts.includes("two-workers") && clients.includes(ours)
      ? await shared(ours, Math.min(rounds, twoWorkersRuns))
      : null;
  const ladder: Climb[] = [];
  if (parts.includes("ladder")) {
    const chosenOwn = own.filter((one) => clients.includes(one));
    for (const client of chosenOwn) ladder.push(await climbed(client, 1));
    // A core for each worker, and one for each server.
    if (chosenOwn.includes(ours) && cores >= 4) ladder.push(await climbed(ours, 2));
  }
  const simulator = parts.includes("simulator")
    ? await simulatorRate(made, cores, simulatorRungS * share, (text) => say(text))
    : null;

  const summaries = summarise(ofCases, floorName);
  const noisy = runs.filter(({ host }) => host.othersShare + host.stolenShare > othersLimit).length;
  const { facts } = await hostFacts(world);
  const { build } = await ownBuild(world);
  const { hostname: _, ...machine } = facts;
  const record: BenchRecord = {
    format: "ceteris.bench/2",
    at: world.clock.wall(),
    quiet: noisy === 0 && noise.reasons.length === 0,
    noise,
    noisyRuns: { noisy, of: runs.length },
    short: flags.short,
    build,
    machine,
    summaries,
    comparisons: compare(summaries, ourName, floorName),
    failures: failures.filter(({ case: id }) => !id.startsWith("ladder")),
    absent,
    ladder,
    twoWorkers,
    simulator,
    runs,
  };
  console.log(recordText(record));
  const whole = flags.only === undefined && flags.clients === undefined && !flags.short;
  const out = resolve(flags.out ?? join(import.meta.dirname, "../bench/results", `${stamp()}.json`));
  write(out, record);
  if (flags.keep || (whole && record.quiet)) {
    write(figuresFile, withoutRuns(record));
    writeFileSync(figuresFile.replace(/\.json$/, ".md"), recordMarkdown(record));
  }
  if (record.failures.length > 0) process.exitCode = 1;

  /** What a token costs two workers, beside one, in turn. */
  async function shared(client: LoadClient, turns: number): Promise<BenchRecord["twoWorkers"]> {
    const given = twoWorkersCase(share);
    const one = { ...given, id: `${given.id}-beside-one`, workers: 1 };
    const ratios: number[] = [];
    for (let round = 0; round < turns; round += 1) {
      const [alone, both] = [await take(client, one, round), await take(client, given, round)];
      if (alone.ok && both.ok) ratios.push(both.value.cpuUsPerToken.load / alone.value.cpuUsPerToken.load);
    }
    const costOfOne = median(ratios);
    if (costOfOne === null) return null;
    const note =
      cores >= 4
        ? "what they carry stands in the ladder"
        : `two free cores would carry up to ${(2 / costOfOne).toFixed(2)} times as much as one: worked out from the cost, not measured, since this machine has ${cores} cores and the server needs one`;
    return { costOfOne, note };
  }

  function climbed(client: LoadClient, workers: number): Promise<Climb> {
    let step = 0;
    return climb({ client: client.name, workers }, (tokensPerS) =>
      take(client, rungCase({ tokensPerS, workers, share }), step++),
    );
  }
}

function write(file: string, record: BenchRecord): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(record, null, 1)}\n`);
  console.log(`written: ${file}`);
}

function wholeNumber(flag: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new Error(`${flag} takes a whole number from ${least}, not ${text}`);
  return number;
}

/** Those whose names are in a list with commas; all without one. */
function chosen<Item>(
  items: readonly Item[],
  list: string | undefined,
  flag: string,
  nameOf: (item: Item) => string,
): Item[] {
  if (list === undefined) return [...items];
  const wanted = list.split(",");
  const unknown = wanted.find((name) => !items.some((item) => nameOf(item) === name));
  if (unknown !== undefined)
    throw new Error(`--${flag}: there is no "${unknown}"; there is ${items.map(nameOf).join(", ")}`);
  return items.filter((item) => wanted.includes(nameOf(item)));
}

function stamp(): string {
  return world.clock.wall().slice(0, 19).replaceAll(":", "-");
}
