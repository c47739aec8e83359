import { sum } from "../../math/statistics.ts";
import type { World } from "../../world/world.ts";
import { pollSeries } from "../poll.ts";
import { threadSchedule } from "../schedstat.ts";
import { notSampled, type RunningSampler, type SamplingRequest } from "./sampler.ts";

/** Seldom, since each reading opens a file per thread in the client's process; the counters are exact whenever they are read. */
const intervalMs = 2000;
/** An engine on a GPU may have hundreds; this bounds the cost of a reading. */
const mostThreads = 64;

/**
 * How the kernel treats an engine that we started, as counters: `engine/run_s`, seconds that its threads ran, and
 * `engine/run_wait_s`, seconds that they could have run while others had the cores. Nothing is read for an engine that we did
 * not start, since it may run on another machine. Linux: /proc/<pid>/task/<tid>/schedstat.
 */
export async function sampleEngineCpu(
  { clock, files, processes }: Pick<World, "clock" | "files" | "processes">,
  { engineGroup }: Pick<SamplingRequest, "engineGroup">,
): Promise<RunningSampler> {
  const members = engineGroup === null ? [] : await processes.membersOf(engineGroup);
  if (members.length === 0) return notSampled(null);
  /** The last reading of each thread: those that have ended count as well. */
  const seen = new Map<string, { runS: number; waitS: number }>();
  return pollSeries(clock, intervalMs, async (columns) => {
    for (const { pid } of members) {
      const threads = await files.list(`/proc/${pid}/task`).catch(() => null);
      if (threads === null) return; // the client has no file descriptor left: no reading this time
      for (const thread of threads) {
        const path = `/proc/${pid}/task/${thread}/schedstat`;
        if (!seen.has(path) && seen.size >= mostThreads) continue;
        const told = await threadSchedule(files, path);
        if (told !== null) seen.set(path, told);
      }
    }
    if (seen.size === 0) return;
    const total = (figure: "runS" | "waitS"): number => sum([...seen.values()].map((one) => one[figure]));
    columns.add("engine/run_s", "s", clock.nowNs(), total("runS"));
    columns.add("engine/run_wait_s", "s", clock.nowNs(), total("waitS"));
  });
}
