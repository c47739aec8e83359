import type { Json } from "../schema/json.ts";
import { queryNvidiaSmi } from "../world/nvidia-smi.ts";
import type { World } from "../world/world.ts";
import { gpuProcesses, type GpuProcess } from "./gpu-processes.ts";

type Field = { fact: string; query: string; number: boolean };

/** What is asked of each GPU: memory in MiB, clocks in MHz, power in W, temperature in °C. */
const gpuFields: readonly Field[] = [
  { fact: "index", query: "index", number: true },
  { fact: "uuid", query: "uuid", number: false },
  { fact: "name", query: "name", number: false },
  { fact: "driver", query: "driver_version", number: false },
  { fact: "memoryTotalMib", query: "memory.total", number: true },
  { fact: "memoryUsedMib", query: "memory.used", number: true },
  { fact: "smClockMhz", query: "clocks.sm", number: true },
  { fact: "smClockMaxMhz", query: "clocks.max.sm", number: true },
  { fact: "memoryClockMhz", query: "clocks.mem", number: true },
  { fact: "powerLimitW", query: "power.limit", number: true },
  { fact: "powerLimitDefaultW", query: "power.default_limit", number: true },
  { fact: "temperatureC", query: "temperature.gpu", number: true },
  { fact: "migMode", query: "mig.mode.current", number: false },
  { fact: "persistenceMode", query: "persistence_mode", number: false },
  { fact: "eccMode", query: "ecc.mode.current", number: false },
  { fact: "computeMode", query: "compute_mode", number: false },
];

/**
 * The GPUs as nvidia-smi tells them. `selected` says whether the engine may use it (by index or UUID; all where no
 * device is named); `otherProcesses` are those on it that are not of the engine's group.
 */
export async function gpuFacts(
  world: World,
  request: { devices: readonly string[]; ownGroup: number | null },
): Promise<{ gpus: { [fact: string]: Json }[]; missing: { fact: string; why: string }[] }> {
  const [first, second, ...more] = gpuFields.map(({ query }) => query);
  const answer = await queryNvidiaSmi(world.processes, "gpu", [first!, second!, ...more]);
  if (answer.rows === null) return { gpus: [], missing: [{ fact: "gpus", why: answer.said }] };
  const { rows, warning } = answer;
  const processes = await gpuProcesses(world.processes, request.ownGroup);
  const gpus = rows.map((row) => {
    const gpu: { [fact: string]: Json } = {};
    for (const [place, { fact, number }] of gpuFields.entries()) {
      const text = row[place] ?? null;
      gpu[fact] = text === null || !number ? text : Number(text);
    }
    const [index, uuid] = row;
    gpu["selected"] =
      request.devices.length === 0 || request.devices.some((device) => device === index || device === uuid);
    gpu["otherProcesses"] = processes === null ? null : othersOn(processes.get(uuid ?? "") ?? []);
    return gpu;
  });
  const unknown = gpuFields.filter(({ fact }) => gpus.some((gpu) => gpu[fact] === null));
  return {
    gpus,
    missing: [
      ...unknown.map(({ fact, query }) => ({ fact: `gpus.${fact}`, why: `nvidia-smi gives no ${query} here` })),
      ...(warning === null ? [] : [{ fact: "gpus.health", why: `nvidia-smi warns: ${warning}` }]),
    ],
  };
}

function othersOn(processes: readonly GpuProcess[]): Json {
  return processes.filter(({ isEngine }) => !isEngine).map(({ pid, usedMib }) => ({ pid, usedMib }));
}
