/**
 * What a token costs our client, beside the floor and the peers that are installed, in one run:
 *
 *   npm run bench                       five alternating runs of each client on each case, and the ladder: ten minutes
 *   npm run bench -- --quick            two runs of a quarter of the load
 *   npm run bench -- --runs 9 --cases closed-64 --clients ceteris --out bench/results/mine.json
 *
 * The clients take turns, so that what changes on the machine changes for all. A table goes to stdout, everything that
 * was measured to a JSON file. Ratios of one run can be compared with those of another; microseconds cannot.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { carriedBy } from "../bench/load/carried.ts";
import { cases, ladder, type Case } from "../bench/load/cases.ts";
import { floorName, ownClients, type LoadClient } from "../bench/load/clients.ts";
import { compilePrograms, type Programs } from "../bench/load/compile.ts";
import { measureNoise } from "../bench/load/host.ts";
import { runOnce, type Run } from "../bench/load/run-once.ts";
import { summarise, tableOf } from "../bench/load/summary.ts";
import { installedPeers } from "../bench/peers/index.ts";
import { cacheFolderOf } from "../src/engine/cache-folder.ts";
import { hostFacts } from "../src/telemetry/host.ts";
import { ownBuild } from "../src/telemetry/own-build.ts";
import { realWorld } from "../src/world/real-world.ts";

/** Tokens a second asked on the rungs: half of what one core should carry, to more than one core can write. */
const rungs = [40_000, 60_000, 80_000, 100_000, 120_000, 150_000];
/** A run beside more than this much of other work is called noisy. */
const othersLimit = 0.1;

const { values: flags } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    quick: { type: "boolean", default: false },
    cases: { type: "string" },
    clients: { type: "string" },
    "no-ladder": { type: "boolean", default: false },
    out: { type: "string" },
  },
});

const world = realWorld();
const cacheFolder = cacheFolderOf(world);
const programs = compilePrograms(cacheFolder);
if (!programs.ok) {
  console.log(`bench: skipped: ${programs.problem.message}\n${programs.problem.hint}`);
} else {
  await bench(programs.value);
}

async function bench(made: Programs): Promise<void> {
  const rounds = flags.quick ? 2 : Number(flags.runs);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--runs takes a whole number from 1, not ${flags.runs}`);
  const own = ownClients(made, cacheFolder);
  const everybody = [...own, ...installedPeers(cacheFolder)];
  const clients = chosen(everybody, flags.clients, "clients", ({ name }) => name);
  const load = chosen(cases(flags.quick ? 0.25 : 1), flags.cases, "cases", ({ id }) => id);
  const steps = flags["no-ladder"] ? [] : ladder(flags.quick ? rungs.slice(1, 4) : rungs);
  const noise = measureNoise();
  if (noise.reasons.length > 0) console.log(`NOISY HOST: ${noise.reasons.join("; ")}. Take ratios, not microseconds.`);

  const runs: Run[] = [];
  const failures: string[] = [];
  const take = async (client: LoadClient, given: Case, round: number): Promise<void> => {
    const run = await runOnce(made, client, given, round, availableParallelism());
    if (run.ok) {
      runs.push(run.value);
      console.error(`${given.id} ${client.name}: ${run.value.cpuUsPerToken.load.toFixed(1)} µs/token`);
    } else {
      failures.push(run.problem.message);
      console.error(run.problem.message);
    }
  };
  for (const given of load) {
    for (let round = 0; round < rounds; round += 1) {
      for (const client of clients.filter((one) => one.takes(given))) await take(client, given, round);
    }
  }
  for (const rung of steps) {
    for (const client of own.filter((one) => clients.includes(one))) await take(client, rung, 0);
  }

  const ofCases = runs.filter((run) => load.some(({ id }) => id === run.case));
  const onLadder = runs.filter((run) => !ofCases.includes(run));
  const noisy = runs.filter(({ host }) => host.othersShare + host.stolenShare > othersLimit).length;
  const summaries = summarise(ofCases, floorName);
  for (const { id, title } of load) {
    console.log(`\n${id}: ${title}\n${tableOf(summaries.filter((row) => row.case === id))}`);
  }
  const carried = carriedBy(onLadder);
  for (const { client, most, oneEventARead, ofOneCore } of carried) {
    const single = oneEventARead === null ? "no rung had" : `${Math.round(oneEventARead)} tok/s with`;
    const core = ofOneCore === null ? "" : `; at that cost one core carries ${Math.round(ofOneCore)}`;
    console.log(`ladder: ${client}: ${Math.round(most)} tok/s at most, ${single} one event a read${core}`);
  }
  const quiet = noisy === 0 && noise.reasons.length === 0;
  if (!quiet)
    console.log(`\nNOISY: ${noisy} of ${runs.length} runs stood beside other work of over ${othersLimit} cores.`);
  for (const failure of failures) console.log(`failed: ${failure}`);

  const { facts } = await hostFacts(world);
  const { build } = await ownBuild(world);
  const { hostname: _, ...machine } = facts;
  const file = resolve(flags.out ?? join(import.meta.dirname, "../bench/results", `${stamp()}.json`));
  mkdirSync(dirname(file), { recursive: true });
  const record = { format: "ceteris.bench/1", at: world.clock.wall(), quiet, noise, build, machine };
  const result = { ...record, summaries, carried, failures, runs };
  writeFileSync(file, `${JSON.stringify(result, null, 1)}\n`);
  console.log(`written: ${file}`);
  if (failures.length > 0) process.exitCode = 1;
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
