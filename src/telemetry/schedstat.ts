import { readQuietly } from "../world/kernel-files.ts";
import type { World } from "../world/world.ts";

/**
 * Seconds that a thread ran, and that it could have run while another had its core: `run wait slices` of a `schedstat`, the
 * first two in nanoseconds (Documentation/scheduler/sched-stats.rst). Null where the kernel does not report them.
 */
export async function threadSchedule(
  files: World["files"],
  path: string,
): Promise<{ runS: number; waitS: number } | null> {
  const [run, wait] = (await readQuietly(files, path))?.trim().split(" ").map(Number) ?? [];
  if (run === undefined || wait === undefined || !Number.isFinite(run + wait)) return null;
  return { runS: run / 1e9, waitS: wait / 1e9 };
}
