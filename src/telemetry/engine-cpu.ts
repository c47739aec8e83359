import type { Series } from "../schema/observation.ts";
import type { World } from "../world/world.ts";
import { poll } from "./poll.ts";
import { threadSchedule } from "./schedstat.ts";
import { createSeriesColumns } from "./series-columns.ts";

/** Seldom, since each look reads a file of every thread in the client's own process; the counters are exact whenever they are read. */
const intervalMs = 2000;
/** An engine on a GPU has hundreds, most of which rest: these are enough to see whether it got its cores. */
const mostThreads = 64;

/**
 * How the kernel treats an engine that we started, as counters: `engine/run_s`, seconds that its threads were run, and
 * `engine/run_wait_s`, seconds that they could have run and others had the cores. Nothing of one that we did not start: it
 * may run on another machine. Linux: /proc/<pid>/task/<tid>/schedstat.
 */
export async function sampleEngineCpu(
  { clock, files, processes }: Pick<World, "clock" | "files" | "processes">,
  group: number | null,
): Promise<{ stop(originNs: bigint): Promise<Series[]> }> {
  const members = group === null ? [] : await processes.membersOf(group);
  if (members.length === 0) return { stop: () => Promise.resolve([]) };
  const columns = createSeriesColumns();
  /** What each thread had last: those that have ended count as well. */
  const seen = new Map<string, { runS: number; waitS: number }>();
  const polling = poll(clock, intervalMs, async () => {
    for (const { pid } of members) {
      for (const thread of await files.list(`/proc/${pid}/task`)) {
        const path = `/proc/${pid}/task/${thread}/schedstat`;
        if (!seen.has(path) && seen.size >= mostThreads) continue;
        const told = await threadSchedule(files, path);
        if (told !== null) seen.set(path, told);
      }
    }
    if (seen.size === 0) return;
    const total = (figure: "runS" | "waitS"): number => [...seen.values()].reduce((sum, one) => sum + one[figure], 0);
    columns.add("engine/run_s", "s", clock.nowNs(), total("runS"));
    columns.add("engine/run_wait_s", "s", clock.nowNs(), total("waitS"));
  });
  return {
    async stop(originNs) {
      await polling.stop();
      return columns.finish(originNs);
    },
  };
}
