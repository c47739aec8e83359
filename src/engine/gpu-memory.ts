import { queryNvidiaSmi } from "../world/nvidia-smi.ts";
import type { World } from "../world/world.ts";

/** What a driver may keep for itself after a process has gone, in MiB. */
const toleranceMib = 64;
const waitMs = 30_000;
const pollMs = 500;

/** Used memory of each GPU in MiB, by UUID; null where there is no nvidia-smi. */
export type GpuMemory = Record<string, number>;

export async function usedGpuMemory(world: Pick<World, "processes">): Promise<GpuMemory | null> {
  const { rows } = await queryNvidiaSmi(world.processes, "gpu", ["uuid", "memory.used"]);
  if (rows === null) return null;
  return Object.fromEntries(rows.map(([uuid, used]) => [uuid ?? "", Number(used ?? Number.NaN)]));
}

/**
 * Waits up to 30 s until every GPU uses no more memory than before the engine was started: the driver gives it back
 * after the process has ended, and an engine that starts sooner finds too little. The GPUs that stay full.
 */
export async function untilGpuMemoryIsFree(
  world: Pick<World, "processes" | "clock">,
  before: GpuMemory | null,
): Promise<{ uuid: string; heldMib: number }[]> {
  if (!before) return [];
  const deadlineNs = world.clock.nowNs() + BigInt(waitMs) * 1_000_000n;
  while (true) {
    const held = Object.entries((await usedGpuMemory(world)) ?? {})
      .map(([uuid, used]) => ({ uuid, heldMib: used - (before[uuid] ?? used) }))
      .filter(({ heldMib }) => heldMib > toleranceMib);
    if (held.length === 0 || world.clock.nowNs() >= deadlineNs) return held;
    await world.clock.sleep(pollMs);
  }
}
