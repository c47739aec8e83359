import type { World } from "../world/world.ts";

/**
 * Seconds that a thread was run, and that it could have run and another had its core: `run wait slices` of a `schedstat`, the
 * first two in nanoseconds (Documentation/scheduler/sched-stats.rst). Null where the kernel does not tell.
 */
export async function threadSchedule(
  files: World["files"],
  path: string,
): Promise<{ runS: number; waitS: number } | null> {
  const [run, wait] = (await readQuietly(files, path))?.trim().split(" ").map(Number) ?? [];
  if (run === undefined || wait === undefined || Number.isNaN(run + wait)) return null;
  return { runS: run / 1e9, waitS: wait / 1e9 };
}

/** Null of a process that has ended meanwhile, or is hidden. */
export async function readQuietly(files: World["files"], path: string): Promise<string | null> {
  try {
    return await files.readText(path);
  } catch {
    return null;
  }
}
