import { queryNvidiaSmi } from "../world/nvidia-smi.ts";
import type { Processes } from "../world/world.ts";

/** Processes on a GPU, by its UUID: the engine's own and all others. */
export type ProcessesByGpu = ReadonlyMap<string, { engine: number; other: number }>;

/** Who computes on which GPU; one without an entry has nobody. Null where no driver tells. */
export async function gpuProcesses(processes: Processes, engineGroup: number | null): Promise<ProcessesByGpu | null> {
  const { rows } = await queryNvidiaSmi(processes, "compute-apps", ["gpu_uuid", "pid"]);
  if (rows === null) return null;
  const members = engineGroup === null ? [] : await processes.membersOf(engineGroup);
  const own = new Set(members.map(({ pid }) => pid));
  const found = new Map<string, { engine: number; other: number }>();
  for (const [uuid, pid] of rows) {
    if (!uuid || !pid) continue;
    const counts = found.get(uuid) ?? { engine: 0, other: 0 };
    if (own.has(Number(pid))) counts.engine += 1;
    else counts.other += 1;
    found.set(uuid, counts);
  }
  return found;
}
