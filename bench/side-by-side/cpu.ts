/** Who uses the machine's cores while an engine is measured: by /proc, so on Linux alone. */

import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { machineCpu } from "../load/host.ts";

/** CPU used so far, in seconds, at one moment. */
export interface CpuPoint {
  atS: number;
  client: number;
  engine: number;
  /** Of everything that ran on the machine, the kernel included. */
  machine: number;
}

/** Mean number of cores in use while the engine worked. */
export interface Cores {
  seconds: number;
  client: number;
  engine: number;
  machine: number;
  /** How many there are. */
  available: number;
}

const everyMs = 200;
/** Linux counts CPU time for user space in hundredths of a second, whatever its timer does (proc(5), `sysconf(_SC_CLK_TCK)`). */
const ticksPerS = 100;
/** An engine that uses less is waiting. */
const busyCores = 0.2;

/** A process, by the fields of proc(5). */
interface Row {
  pid: number;
  parent: number;
  group: number;
  /** Its own and that of children that it waited for. */
  ticks: number;
}

/** Samples until `stop`. `engineGroup` is its process group; the client is what else descends from `client()`, less a `bystander`. */
export function watchCpu(
  engineGroup: number | null,
  client: () => number | null,
  bystander: number | null = null,
): { stop(): CpuPoint[] } {
  const points: CpuPoint[] = [];
  const take = (): void => {
    const rows = processes();
    const ofClient = treeOf(rows, client());
    const seconds = (wanted: (row: Row) => boolean): number =>
      rows.filter(wanted).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerS;
    points.push({
      atS: performance.now() / 1000,
      client: seconds(({ pid, group }) => ofClient.has(pid) && group !== engineGroup && pid !== bystander),
      engine: seconds(({ group }) => group === engineGroup),
      machine: machineCpu().usedS,
    });
  };
  take();
  const timer = setInterval(take, everyMs);
  return {
    stop() {
      clearInterval(timer);
      return points;
    },
  };
}

/** Means over the stretch in which the engine worked; null where it never did, or for under a second. */
export function coresWhileServing(points: readonly CpuPoint[], available = availableParallelism()): Cores | null {
  const busy = points.flatMap((point, at) => {
    const before = points[at - 1];
    return before && (point.engine - before.engine) / (point.atS - before.atS) > busyCores ? [at] : [];
  });
  const [first, last] = [points[(busy[0] ?? 0) - 1], points[busy.at(-1) ?? 0]];
  if (!first || !last || last.atS - first.atS < 1) return null;
  const seconds = last.atS - first.atS;
  const mean = (of: "client" | "engine" | "machine"): number => Math.max(0, last[of] - first[of]) / seconds;
  return { seconds, client: mean("client"), engine: mean("engine"), machine: mean("machine"), available };
}

function processes(): Row[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      return [rowOf(readFileSync(`/proc/${name}/stat`, "utf8"))];
    } catch {
      return []; // it has just ended
    }
  });
}

/** The name, in brackets, may hold anything. */
export function rowOf(stat: string): Row {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(stat, 10),
    parent: field(4),
    group: field(5),
    ticks: field(14) + field(15) + field(16) + field(17),
  };
}

function treeOf(rows: readonly Row[], root: number | null): Set<number> {
  const found = new Set<number>(root === null ? [] : [root]);
  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const { pid, parent } of rows) if (found.has(parent)) found.add(pid);
  }
  return found;
}
