/**
 * `npm run bench:report`: what a report of many trials costs: `ceteris report --format html,md` of one study of 2,000 trials
 * and 5,000,000 requests, made by the store's own code, and `ceteris site build` of 1,000 trials. SIMULATED figures.
 * `-- --short` makes a tenth of it; `--keep DIR` keeps the results there, and finds them again.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { realWorld } from "../src/world/real-world.ts";
import { makeResults } from "./report/made-results.ts";

const { values } = parseArgs({ options: { short: { type: "boolean" }, keep: { type: "string" } } });
const scale = values.short === true ? 0.1 : 1;
const repository = resolve(import.meta.dirname, "..");
const folder = values.keep === undefined ? mkdtempSync(join(tmpdir(), "ceteris-report-")) : resolve(values.keep);
const world = realWorld();

interface Measured {
  seconds: number;
  /** CPU of all its threads: what other work on the machine does not stretch. */
  cpuSeconds: number;
  /** Most resident memory, in MB. */
  megabytes: number;
}

/** Clock ticks of a second, as Linux counts CPU time for all programs. */
const TICKS = 100;

/** Runs `ceteris …`; `VmHWM` is the kernel's own high-water mark, so that no peak is missed but one of the last 20 ms. */
async function measured(args: string[]): Promise<Measured> {
  const startMs = performance.now();
  const child = spawn(join(repository, "bin/ceteris.sh"), args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  let [kilobytes, ticks] = [0, 0];
  const look = setInterval(() => {
    try {
      const said = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
      kilobytes = Math.max(kilobytes, Number(said?.[1] ?? 0));
      // utime and stime, counted behind the name, which may hold blanks.
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      ticks = Math.max(ticks, Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
    } catch {
      // it has ended
    }
  }, 20);
  const code = await new Promise<number | null>((ended) => child.once("exit", ended));
  clearInterval(look);
  if (code !== 0) throw new Error(`ceteris ${args.join(" ")} ended with ${code}`);
  return {
    seconds: (performance.now() - startMs) / 1000,
    cpuSeconds: ticks / TICKS,
    megabytes: kilobytes / 1024,
  };
}

try {
  const large = join(folder, "large");
  const many = join(folder, "many");
  const studies = Array.from({ length: 10 }, (_, index) => `study-${index + 1}`);
  if (!(await world.files.exists(large))) {
    await makeResults(world, large, { name: "large", blocks: 20 * scale, requests: 2500 });
    for (const name of studies.slice(0, 10 * scale)) await makeResults(world, many, { name, blocks: 1, requests: 100 });
  }
  const report = ["report", "large", "--results", large, "--format", "html,md", "--out", join(folder, "out")];
  const site = ["site", "build", "--results", many, "--out", join(folder, "site")];
  console.log(
    `SIMULATED: ${2000 * scale} trials of 2,500 requests for the report, ${1000 * scale} trials for the site\n`,
  );
  console.log("| what | seconds | CPU seconds | MB |\n|---|--:|--:|--:|");
  rmSync(join(large, "ceteris.duckdb"), { force: true });
  rmSync(join(many, "ceteris.duckdb"), { force: true });
  rmSync(join(folder, "site"), { recursive: true, force: true });
  for (const [title, args] of [
    ["report, index built", report],
    ["report, index there", report],
    ["site, made", site],
    ["site, nothing changed", site],
  ] as const) {
    const { seconds, cpuSeconds, megabytes } = await measured([...args]);
    console.log(`| ${title} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${megabytes.toFixed(0)} |`);
  }
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}
