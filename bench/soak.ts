/**
 * The client under load for long, among faults: load after load at 80 % of what it can carry on this machine, against a server
 * that breaks answers at random, is killed now and then, and comes back.
 *
 *   npm run soak:client -- [--minutes 30] [--of 0.8] [--share 0.02] [--seed N]
 *
 * `--of` is the share of what the client can carry, `--share` that of the answers that are broken. Prints a line a load, and at the end whether every request that was sent has finished, failed or was cut off, the slope of
 * the resident memory and the descriptors. Ends with 1 where one of these does not hold.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { calibrate, runLoad } from "../src/client/index.ts";
import { createRandom } from "../src/math/random.ts";
import { loadOptions, someSamples, someWorkload } from "../tests/support/completions.ts";
import { realWorld } from "../src/world/real-world.ts";
import { fatesOf, slopeOf, type Fates } from "./soak/figures.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    of: { type: "string", default: "0.8" },
    seed: { type: "string", default: String(Date.now()) },
    share: { type: "string", default: "0.02" },
  },
});
const tokens = 32;
const shareOfCapacity = Number(values.of);
const loadS = 20;
const deadlineS = 4;
/** Of the loads, one in so many has its server killed in the middle, one in so many is cut off by us. */
const [killEvery, cutEvery] = [4, 5];
/** What V8 and the caches take at first is no leak: the slope is that of the loads after so many. */
const settledAfter = 3;
const largestSlopeMb = 1;

const world = realWorld();
const random = createRandom(values.seed);
const folder = await mkdtemp(join(tmpdir(), "ceteris-soak-"));
const port = await world.network.freePort();
let server = await startServer();

const calibration = await calibrate(world, {
  cacheFolder: folder,
  build: "soak",
  signal: new AbortController().signal,
});
if (calibration.measured === null) throw new Error(calibration.skipped ?? "not calibrated");
const { cpuPerRequestUs, cpuPerTokenUs } = calibration.measured;
const rate = (shareOfCapacity * 1e6) / (cpuPerRequestUs + tokens * cpuPerTokenUs);
console.log(
  `seed ${values.seed}; a request of ${tokens} tokens takes ${Math.round(cpuPerRequestUs + tokens * cpuPerTokenUs)} µs of the client: ` +
    `${rate.toFixed(0)} requests a second are ${shareOfCapacity * 100} % of a core`,
);

const all: Fates = { sent: 0, finished: 0, failed: 0, cutOff: 0, unclear: 0 };
const readings: { x: number; y: number }[] = [];
const descriptors: number[] = [];
const startedMs = performance.now();
const endMs = startedMs + Number(values.minutes) * 60_000;
for (let load = 1; performance.now() < endMs; load += 1) {
  const disturbed = load % killEvery === 0 ? killed() : undefined;
  const signal =
    load % cutEvery === 0 ? AbortSignal.timeout(Math.round((0.1 + 0.4 * random.next()) * loadS * 1000)) : undefined;
  const seen = await runLoad(
    loadOptions(`http://127.0.0.1:${port}`, {
      samples: someSamples(64),
      requests: Math.ceil(rate * loadS),
      workload: someWorkload({
        scenario: "open",
        arrivals: { kind: "poisson" },
        load: { rate },
        deadlineS,
        sampling: { ...someWorkload().sampling, max_tokens: tokens, min_tokens: tokens, ignore_eos: true },
      }),
      keepText: false,
      seed: load,
      spoolFolder: folder,
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  await disturbed;
  if (!seen.ok) {
    console.log(`load ${load}: ${seen.problem.code}: ${seen.problem.message}`);
    continue;
  }
  const fates = fatesOf(seen.value);
  const { cpuShare } = seen.value.client;
  seen.value.release();
  for (const fate of Object.keys(all) as (keyof Fates)[]) all[fate] += fates[fate];
  globalThis.gc?.();
  const minutes = (performance.now() - startedMs) / 60_000;
  const mb = process.memoryUsage.rss() / 1e6;
  if (load > settledAfter) readings.push({ x: minutes, y: mb });
  descriptors.push(readdirSync("/proc/self/fd").length);
  console.log(
    `load ${load}, ${minutes.toFixed(1)} min: ${line(fates)}; client ${(cpuShare * 100).toFixed(0)} % of a core, ${mb.toFixed(0)} MB, ${descriptors.at(-1)} descriptors`,
  );
}
server.kill("SIGKILL");
await rm(folder, { recursive: true });

const slope = slopeOf(readings);
const grown = Math.max(...descriptors.slice(1)) - (descriptors[0] ?? 0);
console.log(`in all: ${line(all)}`);
console.log(
  `sent = finished + failed + cut off: ${all.unclear === 0 ? "yes" : `no, ${all.unclear} are none of these`}`,
);
console.log(`memory: ${slope.toFixed(2)} MB a minute over ${readings.length} loads (allowed: ${largestSlopeMb})`);
console.log(`descriptors: ${descriptors[0]} after the first load, at most ${grown} more later`);
process.exitCode = all.unclear === 0 && slope < largestSlopeMb && grown <= 2 ? 0 : 1;

function line({ sent, finished, failed, cutOff }: Fates): string {
  return `${sent} sent = ${finished} finished + ${failed} failed + ${cutOff} cut off`;
}

/** Ends the server in the middle of a load, and starts it again two seconds later. */
async function killed(): Promise<void> {
  await wait((0.2 + 0.4 * random.next()) * loadS * 1000);
  server.kill("SIGKILL");
  await wait(2000);
  server = await startServer();
}

function startServer(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "soak/server.ts");
  const child = spawn(process.execPath, [script, String(port), String(random.integer(1e9)), values.share], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((ready, fail) => {
    child.stdout.once("data", () => ready(child));
    child.once("exit", (code) => fail(new Error(`the server ended with ${code}`)));
  });
}
