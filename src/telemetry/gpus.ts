import type { Json } from "../schema/json.ts";
import { listSlices, namesGpu, queryKnownFields, type MigSlice } from "../world/nvidia-smi.ts";
import type { World } from "../world/world.ts";
import { gpuProcesses, type GpuProcess } from "./gpu-processes.ts";
import { numberOf } from "./gpu/sampler.ts";

/** `queries`: nvidia-smi's names for it, the newest first. */
type Field = { fact: string; queries: readonly [string, ...string[]]; number: boolean };

/** What is asked of each GPU: memory in MiB, clocks in MHz, power in W, temperature in °C. */
const gpuFields: readonly Field[] = [
  { fact: "index", queries: ["index"], number: true },
  { fact: "uuid", queries: ["uuid"], number: false },
  { fact: "name", queries: ["name"], number: false },
  { fact: "driver", queries: ["driver_version"], number: false },
  { fact: "memoryTotalMib", queries: ["memory.total"], number: true },
  { fact: "memoryUsedMib", queries: ["memory.used"], number: true },
  { fact: "smClockMhz", queries: ["clocks.sm"], number: true },
  { fact: "smClockMaxMhz", queries: ["clocks.max.sm"], number: true },
  { fact: "memoryClockMhz", queries: ["clocks.mem"], number: true },
  { fact: "powerLimitW", queries: ["power.limit"], number: true },
  { fact: "powerLimitDefaultW", queries: ["power.default_limit"], number: true },
  { fact: "temperatureC", queries: ["temperature.gpu"], number: true },
  { fact: "migMode", queries: ["mig.mode.current"], number: false },
  { fact: "persistenceMode", queries: ["persistence_mode"], number: false },
  { fact: "eccMode", queries: ["ecc.mode.current"], number: false },
  { fact: "computeMode", queries: ["compute_mode"], number: false },
  { fact: "computeCapability", queries: ["compute_cap"], number: true },
  // NVML's clock event reasons at this moment, a hexadecimal number.
  { fact: "throttleReasons", queries: ["clocks_event_reasons.active", "clocks_throttle_reasons.active"], number: true },
  { fact: "applicationsClockMhz", queries: ["clocks.applications.graphics"], number: true },
  { fact: "applicationsClockDefaultMhz", queries: ["clocks.default_applications.graphics"], number: true },
];

const placeOfMigMode = gpuFields.findIndex(({ fact }) => fact === "migMode");

/**
 * The GPUs as nvidia-smi tells them. `selected` says whether the engine may use it (all where no device is named), or a slice
 * of it; `slices` are the MIG slices that it may use, and the name of the GPU then ends with their size, as CUDA has it;
 * `otherProcesses` are those on it that are not of the engine's group.
 */
export async function gpuFacts(
  world: World,
  request: { devices: readonly string[]; ownGroup: number | null },
): Promise<{ gpus: { [fact: string]: Json }[]; missing: { fact: string; why: string }[] }> {
  const { answer } = await queryKnownFields(
    world.processes,
    gpuFields.map(({ queries }) => queries),
  );
  if (answer.rows === null) return { gpus: [], missing: [{ fact: "gpus", why: answer.said }] };
  const { rows, warning } = answer;
  const processes = await gpuProcesses(world.processes, request.ownGroup);
  const isSliced = rows.some((row) => row[placeOfMigMode] === "Enabled");
  const slices = isSliced ? await listSlices(world.processes) : new Map<string, MigSlice[]>();
  const gpus = rows.map((row) => {
    const gpu: { [fact: string]: Json } = {};
    for (const [place, { fact, number }] of gpuFields.entries()) {
      const text = row[place] ?? null;
      gpu[fact] = number ? numberOf(text) : text;
    }
    const uuid = row[1] ?? "";
    const { devices } = request;
    const isWhole = devices.length === 0 || devices.some((device) => isNamed(gpu, device));
    const own = slices.get(uuid) ?? [];
    const named = own.filter((slice) => devices.some((device) => isSlice(device, slice.uuid)));
    const used = named.length > 0 ? named : isWhole ? own : [];
    gpu["selected"] = isWhole || named.length > 0;
    gpu["otherProcesses"] = processes === null ? null : othersOn(processes.get(uuid) ?? []);
    return used.length === 0 ? gpu : { ...gpu, ...slicesIn(gpu, used) };
  });
  const unknown = gpuFields.filter(({ fact }) => gpus.some((gpu) => gpu[fact] === null));
  return {
    gpus,
    missing: [
      ...unknown.map(({ fact, queries: [query] }) => ({
        fact: `gpus.${fact}`,
        why: `nvidia-smi gives no ${query} here`,
      })),
      ...(warning === null ? [] : [{ fact: "gpus.health", why: `nvidia-smi warns: ${warning}` }]),
    ],
  };
}

/** By its index, or by the beginning of its UUID or of a slice's, as CUDA_VISIBLE_DEVICES takes them. */
export function isNamed({ index, uuid, slices }: { [fact: string]: Json }, device: string): boolean {
  const ofSlices = Array.isArray(slices) ? slices : [];
  return (
    namesGpu(device, typeof index === "number" ? String(index) : null, typeof uuid === "string" ? uuid : null) ||
    ofSlices.some((slice) => isSlice(device, slice))
  );
}

function isSlice(device: string, uuid: Json): boolean {
  return device.startsWith("MIG-") && typeof uuid === "string" && uuid.startsWith(device);
}

function slicesIn({ name = null }: { [fact: string]: Json }, used: readonly MigSlice[]): { [fact: string]: Json } {
  const profiles = [...new Set(used.map(({ profile }) => profile))];
  const isOneSize = typeof name === "string" && profiles.length === 1;
  return { slices: used.map(({ uuid }) => uuid), name: isOneSize ? `${name} MIG ${profiles[0]}` : name };
}

function othersOn(processes: readonly GpuProcess[]): Json {
  return processes.filter(({ isEngine }) => !isEngine).map(({ pid, usedMib }) => ({ pid, usedMib }));
}
