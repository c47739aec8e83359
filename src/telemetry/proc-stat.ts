import { sum } from "../math/statistics.ts";
import { readQuietly } from "../world/kernel-files.ts";
import type { World } from "../world/world.ts";

/** What the kernel says of its cores at a moment. */
export interface CoreReading {
  /** By core: ticks that anybody used it, of those that another virtual machine did, and all ticks, since the machine was started. */
  ticks: ReadonlyMap<number, { busy: number; stolen: number; total: number }>;
  /** Threads that run or wait for a core. */
  runnable: number;
}

/** The lines `cpu<n> user nice system idle iowait irq softirq steal` of /proc/stat, and `procs_running` (proc_stat(5)); null where it cannot be read. */
export async function readCores(files: World["files"]): Promise<CoreReading | null> {
  const text = await readQuietly(files, "/proc/stat");
  if (text === null) return null;
  const ticks = new Map<number, { busy: number; stolen: number; total: number }>();
  for (const [, core, figures = ""] of text.matchAll(/^cpu(\d+) +(.*)$/gm)) {
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = figures
      .split(" ")
      .map(Number);
    const busy = user + nice + system + irq + softirq + steal;
    ticks.set(Number(core), { busy, stolen: steal, total: busy + idle + wait });
  }
  return { ticks, runnable: Number(/^procs_running (\d+)$/m.exec(text)?.[1] ?? 0) };
}

/** The share of all time of some cores that anybody used (`busy`), or that another virtual machine did (`stolen`), between two readings; null where no time has passed. */
export function busyShare(
  before: CoreReading,
  now: CoreReading,
  cores: Iterable<number>,
  used: "busy" | "stolen" = "busy",
): number | null {
  const seen = [...cores].filter((core) => before.ticks.has(core) && now.ticks.has(core));
  const grown = (figure: "busy" | "stolen" | "total"): number =>
    sum(seen.map((core) => now.ticks.get(core)![figure] - before.ticks.get(core)![figure]));
  const total = grown("total");
  return total <= 0 ? null : grown(used) / total;
}
