import { coresOf } from "../../math/core-list.ts";
import type { Series } from "../../schema/observation.ts";
import { allowedCores, readQuietly } from "../../world/kernel-files.ts";
import type { World } from "../../world/world.ts";
import { poll } from "../poll.ts";
import { threadSchedule } from "../schedstat.ts";
import { createSeriesColumns } from "../series-columns.ts";

/** The counters are exact at each reading, and interpolated at the window's ends. */
const intervalMs = 500;

export interface ClientCpuSampling {
  missing: string | null;
  stop(originNs: bigint): Promise<Series[]>;
}

/**
 * How the kernel treats the load generator, as counters since a process began: `client/process<k>_run_s`, seconds that
 * its main thread was run, and `client/process<k>_run_wait_s`, seconds that it could have run and another thread had the
 * core. Process 0 is ours; its workers follow. And `client/cores_busy`, the share of all time of the cores that they may
 * run on which anybody used since the reading before. Of the whole machine: `host/cores_busy`, the same for all its cores, and
 * `host/run_queue`, the number of runnable threads per core. Linux: /proc/stat and /proc/<pid>/schedstat, which is that of the
 * main thread; it reads and stamps.
 */
export async function sampleClientCpu({
  clock,
  files,
  processes,
}: Pick<World, "clock" | "files" | "processes">): Promise<ClientCpuSampling> {
  const own = processes.ownPid;
  if ((await threadSchedule(files, `/proc/${own}/schedstat`)) === null)
    return { missing: `the kernel does not tell /proc/${own}/schedstat`, stop: () => Promise.resolve([]) };
  const columns = createSeriesColumns();
  /** Those that were ever seen, in order: the place is the number in the name. */
  const seen: number[] = [own];
  const ours = createKinship(files, own);
  let before: HostTimes | null = null;
  const polling = poll(clock, intervalMs, async () => {
    const workers = await ours.workers();
    for (const pid of workers) if (!seen.includes(pid)) seen.push(pid);
    for (const [place, pid] of seen.entries()) {
      const told = await threadSchedule(files, `/proc/${pid}/schedstat`);
      if (told === null) continue;
      columns.add(`client/process${place}_run_s`, "s", clock.nowNs(), told.runS);
      columns.add(`client/process${place}_run_wait_s`, "s", clock.nowNs(), told.waitS);
    }
    const lists = await Promise.all((workers.length > 0 ? workers : [own]).map((pid) => allowedCores(files, pid)));
    const now = await coreTimes(files, new Set(lists.flatMap(coresOf)));
    if (now === null) return;
    if (before !== null) {
      columns.add("client/cores_busy", "1", clock.nowNs(), busyShare(before.own, now.own));
      columns.add("host/cores_busy", "1", clock.nowNs(), busyShare(before.all, now.all));
    }
    columns.add("host/run_queue", "1", clock.nowNs(), now.runnable / Math.max(1, now.cores));
    before = now;
  });
  return {
    missing: null,
    async stop(originNs) {
      await polling.stop();
      return columns.finish(originNs);
    },
  };
}

type Files = World["files"];

/** Tells workers of ours from other programs that we started: they are the same program in the same process group. */
function createKinship(files: Files, own: number): { workers(): Promise<number[]> } {
  const known = new Set<number>();
  const kindOf = async (pid: number): Promise<string | null> => {
    const text = await readQuietly(files, `/proc/${pid}/stat`);
    if (text === null) return null;
    const named = text.lastIndexOf(")");
    return `${text.slice(text.indexOf("("), named)} ${text.slice(named + 2).split(" ")[2]}`;
  };
  return {
    async workers() {
      const children = (await readQuietly(files, `/proc/${own}/task/${own}/children`)) ?? "";
      const workers: number[] = [];
      for (const pid of children.split(" ").filter(Boolean).map(Number)) {
        // One that is not may become it: a worker is pinned by a program that then makes way for it.
        if (!known.has(pid) && (await kindOf(pid)) === (await kindOf(own))) known.add(pid);
        if (known.has(pid)) workers.push(pid);
      }
      return workers;
    },
  };
}

interface CoreTimes {
  busyTicks: number;
  totalTicks: number;
}

interface HostTimes {
  /** Of the cores that the client may run on, and of all. */
  own: CoreTimes;
  all: CoreTimes;
  cores: number;
  /** Threads that run or wait for a core. */
  runnable: number;
}

/** Null where no time has passed. */
function busyShare(before: CoreTimes, now: CoreTimes): number | null {
  const ticks = now.totalTicks - before.totalTicks;
  return ticks <= 0 ? null : (now.busyTicks - before.busyTicks) / ticks;
}

/** The lines `cpu<n> user nice system idle iowait irq softirq steal` of /proc/stat, and `procs_running` (proc_stat(5)). */
async function coreTimes(files: Files, ownCores: ReadonlySet<number>): Promise<HostTimes | null> {
  const text = await readQuietly(files, "/proc/stat");
  if (text === null) return null;
  const times: HostTimes = {
    own: { busyTicks: 0, totalTicks: 0 },
    all: { busyTicks: 0, totalTicks: 0 },
    cores: 0,
    runnable: Number(/^procs_running (\d+)$/m.exec(text)?.[1] ?? 0),
  };
  for (const [, core, figures = ""] of text.matchAll(/^cpu(\d+) +(.*)$/gm)) {
    const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softirq = 0, steal = 0] = figures
      .split(" ")
      .map(Number);
    const busy = user + nice + system + irq + softirq + steal;
    times.cores += 1;
    for (const some of ownCores.has(Number(core)) ? [times.own, times.all] : [times.all]) {
      some.busyTicks += busy;
      some.totalTicks += busy + idle + wait;
    }
  }
  return times;
}
