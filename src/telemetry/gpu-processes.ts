import { queryNvidiaSmi } from "../world/nvidia-smi.ts";
import { numberOf } from "./gpu/sampler.ts";
import type { Processes } from "../world/world.ts";

/** A process that computes on a GPU. */
export interface GpuProcess {
  pid: number;
  /** Null where the driver does not report it. */
  usedMib: number | null;
  isEngine: boolean;
}

/** The processes on each GPU, by its UUID; a GPU without an entry has none. Null where no driver reports them. */
export async function gpuProcesses(
  processes: Processes,
  engineGroup: number | null,
): Promise<ReadonlyMap<string, GpuProcess[]> | null> {
  const { rows } = await queryNvidiaSmi(processes, "compute-apps", ["gpu_uuid", "pid", "used_memory"]);
  if (rows === null) return null;
  const members = engineGroup === null ? [] : await processes.membersOf(engineGroup);
  const found = new Map<string, GpuProcess[]>();
  for (const [uuid, pid, used] of rows) {
    if (!uuid || !pid) continue;
    const isEngine = members.some((member) => member.pid === Number(pid));
    const process = { pid: Number(pid), usedMib: numberOf(used), isEngine };
    found.set(uuid, [...(found.get(uuid) ?? []), process]);
  }
  return found;
}
