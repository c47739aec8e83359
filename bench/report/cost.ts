import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { launcher } from "../../tests/support/cli.ts";

interface Cost {
  seconds: number;
  /** CPU of all its threads: what other work on the machine does not stretch. */
  cpuSeconds: number;
  /** Most resident memory, in MB. */
  megabytes: number;
}

/** Clock ticks of a second, as Linux counts CPU time for all programs. */
const TICKS = 100;

/** Runs `ceteris …` in a folder; `VmHWM` is the kernel's own high-water mark, so that no peak is missed but one of the last 20 ms. */
async function costOf(folder: string, args: readonly string[]): Promise<Cost> {
  const startMs = performance.now();
  const child = spawn(launcher, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
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

export const costTitles = "| what | seconds | CPU seconds | MB |\n|---|--:|--:|--:|";

/** A line of the table: what `ceteris …` costs, run in a folder. */
export async function costRow(what: string, folder: string, args: readonly string[]): Promise<string> {
  const { seconds, cpuSeconds, megabytes } = await costOf(folder, args);
  return `| ${what} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} | ${megabytes.toFixed(0)} |`;
}
