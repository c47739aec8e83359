import type { Failure } from "../schema/launch.ts";
import { namesGpu, queryNvidiaSmi } from "../world/nvidia-smi.ts";
import { holdsWithin } from "../world/holds-within.ts";
import type { World } from "../world/world.ts";

/** What a driver may keep for itself after a process has gone, in MiB. */
const toleranceMib = 64;
const waitMs = 30_000;
const pollMs = 500;

/** Used memory of each GPU in MiB, by UUID. */
export type GpuMemory = Record<string, number>;

/**
 * What is used of the GPUs that an engine may use: `devices` as `CUDA_VISIBLE_DEVICES` has them, all where it names none. What
 * others do on the rest is not its launch's. A GPU of which it has a slice is left out: what is used is told of the whole.
 * Null where there is no nvidia-smi.
 */
export async function usedGpuMemory(
  world: Pick<World, "processes">,
  devices: readonly string[],
): Promise<GpuMemory | null> {
  const { rows } = await queryNvidiaSmi(world.processes, "gpu", ["index", "uuid", "memory.used"]);
  if (rows === null) return null;
  const own = rows.filter(
    ([index = null, uuid = null]) => devices.length === 0 || devices.some((device) => namesGpu(device, index, uuid)),
  );
  return Object.fromEntries(own.map(([, uuid, used]) => [uuid ?? "", Number(used ?? Number.NaN)]));
}

/**
 * Waits up to 30 s until each of these GPUs uses no more memory than before the engine was started: the driver gives it back
 * after the process has ended, and an engine that starts sooner finds too little. Those that stay full.
 */
export async function untilGpuMemoryIsFree(
  world: Pick<World, "processes" | "clock">,
  before: GpuMemory | null,
): Promise<{ uuid: string; heldMib: number }[]> {
  if (!before) return [];
  let held: { uuid: string; heldMib: number }[] = [];
  await holdsWithin(world.clock, { withinMs: waitMs, everyMs: pollMs }, async () => {
    held = Object.entries((await usedGpuMemory(world, [])) ?? {})
      .map(([uuid, used]) => ({ uuid, heldMib: used - (before[uuid] ?? used) }))
      .filter(({ heldMib }) => heldMib > toleranceMib);
    return held.length === 0;
  });
  return held;
}

/** A process that holds memory of a GPU before an engine is started there. */
export interface GpuHolder {
  uuid: string;
  pid: number;
  name: string;
  mib: number;
}

/** A desktop or a monitoring agent holds less, in MiB. */
const leastHeldMib = 512;

/** Who holds the memory of these GPUs, by UUID: in a container, or where the driver does not say, nobody is seen. */
export async function gpuHolders(world: Pick<World, "processes">, uuids: ReadonlySet<string>): Promise<GpuHolder[]> {
  const { rows } = await queryNvidiaSmi(world.processes, "compute-apps", [
    "gpu_uuid",
    "pid",
    "process_name",
    "used_memory",
  ]);
  return (rows ?? [])
    .map(([uuid, pid, name, used]) => ({ uuid: uuid ?? "", pid: Number(pid), name: name ?? "?", mib: Number(used) }))
    .filter(({ uuid, mib }) => uuids.has(uuid) && mib >= leastHeldMib);
}

/** `GPU GPU-1a: process 4242 (python3) holds 61000 MiB`. */
export function holdersInWords(holders: readonly GpuHolder[]): string {
  return holders.map(({ uuid, pid, name, mib }) => `GPU ${uuid}: process ${pid} (${name}) holds ${mib} MiB`).join("; ");
}

/** Failures for which it matters who else is on the GPU. */
const memoryClasses: ReadonlySet<string> = new Set([
  "gpu-memory-busy",
  "kv-cache-no-room",
  "nccl-out-of-memory",
  "out-of-memory",
]);

/** The failure of a start, with who held the GPU's memory before it, where memory is what it lacked. */
export function withGpuHolders(failure: Failure, holders: readonly GpuHolder[]): Failure {
  if (holders.length === 0 || !memoryClasses.has(failure.class)) return failure;
  const pids = [...new Set(holders.map(({ pid }) => pid))].join(" ");
  const hint = `Before this start, ${holdersInWords(holders)}: end it where it is yours (\`kill ${pids}\`), or name other GPUs in sut.devices. ${failure.hint}`;
  return { ...failure, hint };
}
