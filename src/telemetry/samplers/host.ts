import type { World } from "../../world/world.ts";
import { pollSeries } from "../poll.ts";
import { busyShare, readCores, type CoreReading } from "../proc-stat.ts";
import { notSampled, type RunningSampler } from "./sampler.ts";

const intervalMs = 500;

/**
 * The whole machine: `host/cores_busy`, the share of all time of its cores that anybody used since the reading before, and
 * `host/run_queue`, the number of runnable threads per core.
 */
export async function sampleHost({ clock, files }: Pick<World, "clock" | "files">): Promise<RunningSampler> {
  if ((await readCores(files)) === null) return notSampled("the kernel does not tell /proc/stat");
  let before: CoreReading | null = null;
  return pollSeries(clock, intervalMs, async (columns) => {
    const now = await readCores(files);
    if (now === null) return;
    if (before !== null) columns.add("host/cores_busy", "1", clock.nowNs(), busyShare(before, now, now.ticks.keys()));
    columns.add("host/run_queue", "1", clock.nowNs(), now.runnable / Math.max(1, now.ticks.size));
    before = now;
  });
}
