import { coresOf } from "../math/core-list.ts";
import { allowedCores } from "../world/kernel-files.ts";
import type { World } from "../world/world.ts";
import { busyShare, readCores } from "./proc-stat.ts";

/** What this process may use of the machine's cores, and what of their time was used while somebody looked. */
export interface CoreUse {
  /** Cores that this process may run on. */
  allowed: number;
  /** Share of the time of these cores that anybody used, this process too; null where no time has passed. */
  busyShare: number | null;
  /** Share of it that the hypervisor gave to another virtual machine (steal). */
  stolenShare: number | null;
}

/** Looks at the cores for so many milliseconds; null where the kernel has no /proc/stat. The kernel counts in ticks of 10 ms: 200 ms is the least that tells anything. */
export async function coreUse(
  { clock, files }: Pick<World, "clock" | "files">,
  lookMs: number,
): Promise<CoreUse | null> {
  const before = await readCores(files);
  if (before === null) return null;
  await clock.sleep(lookMs);
  const now = await readCores(files);
  if (now === null) return null;
  const listed = coresOf(await allowedCores(files, "self"));
  const cores = listed.length === 0 ? [...now.ticks.keys()] : listed;
  return {
    allowed: cores.length,
    busyShare: busyShare(before, now, cores),
    stolenShare: busyShare(before, now, cores, "stolen"),
  };
}
