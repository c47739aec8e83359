import { coresOf } from "../../math/core-list.ts";
import { allowedCores, readQuietly } from "../../world/kernel-files.ts";
import type { World } from "../../world/world.ts";
import { pollSeries } from "../poll.ts";
import { busyShare, readCores, type CoreReading } from "../proc-stat.ts";
import { threadSchedule } from "../schedstat.ts";
import { notSampled, type RunningSampler } from "./sampler.ts";

/** The counters are exact at each reading, and interpolated at the window's ends. */
const intervalMs = 500;

/**
 * How the kernel treats the load generator, as counters since a process began: `client/process<k>_run_s`, seconds that
 * its main thread was run, and `client/process<k>_run_wait_s`, seconds that it could have run and another thread had the
 * core. Process 0 is ours; its workers follow. And `client/cores_busy`, the share of all time of the cores that they may run on
 * which anybody used since the reading before. Linux: /proc/stat and /proc/<pid>/schedstat, which is that of the main thread; it
 * reads and stamps.
 */
export async function sampleClientCpu({
  clock,
  files,
  processes,
}: Pick<World, "clock" | "files" | "processes">): Promise<RunningSampler> {
  const own = processes.ownPid;
  if ((await threadSchedule(files, `/proc/${own}/schedstat`)) === null)
    return notSampled(`the kernel does not tell /proc/${own}/schedstat`);
  /** Those that were ever seen, in order: the place is the number in the name. */
  const seen: number[] = [own];
  const ours = createKinship(files, own);
  let before: CoreReading | null = null;
  return pollSeries(clock, intervalMs, async (columns) => {
    const workers = await ours.workers();
    for (const pid of workers) if (!seen.includes(pid)) seen.push(pid);
    for (const [place, pid] of seen.entries()) {
      const told = await threadSchedule(files, `/proc/${pid}/schedstat`);
      if (told === null) continue;
      columns.add(`client/process${place}_run_s`, "s", clock.nowNs(), told.runS);
      columns.add(`client/process${place}_run_wait_s`, "s", clock.nowNs(), told.waitS);
    }
    const lists = await Promise.all((workers.length > 0 ? workers : [own]).map((pid) => allowedCores(files, pid)));
    const now = await readCores(files);
    if (now === null) return;
    const cores = new Set(lists.flatMap(coresOf));
    if (before !== null) columns.add("client/cores_busy", "1", clock.nowNs(), busyShare(before, now, cores));
    before = now;
  });
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
