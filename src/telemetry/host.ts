import type { Json } from "../schema/json.ts";
import { readQuietly } from "../world/kernel-files.ts";
import type { World } from "../world/world.ts";

export interface Facts {
  facts: { [fact: string]: Json };
  missing: { fact: string; why: string }[];
}

/** The machine: what is told by the runtime, by /proc, /sys and the control group. Memory in bytes. */
export async function hostFacts(world: World): Promise<Facts> {
  const { machine } = world;
  const facts: { [fact: string]: Json } = {
    hostname: machine.hostname,
    platform: machine.platform,
    kernel: machine.kernel,
    cpuModel: machine.cpuModel,
    cpus: machine.cpus,
    cores: machine.cores,
    memoryBytes: machine.memoryBytes,
  };
  const missing: Facts["missing"] = [];
  for (const { fact, path, parse } of hostFiles) {
    const text = await readQuietly(world.files, path);
    facts[fact] = text === null ? null : parse(text);
    if (facts[fact] === null) missing.push({ fact: `host.${fact}`, why: `${path} is not there or does not say` });
  }
  return { facts, missing };
}

/** What this machine tells in files: each is one fact. */
const hostFiles: readonly { fact: string; path: string; parse: (text: string) => Json }[] = [
  {
    fact: "system",
    path: "/etc/os-release",
    parse: (text) => /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? null,
  },
  {
    fact: "memoryAvailableBytes",
    path: "/proc/meminfo",
    parse: (text) => timesOr(/^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1], 1024),
  },
  {
    fact: "swapBytes",
    path: "/proc/meminfo",
    parse: (text) => timesOr(/^SwapTotal:\s+(\d+) kB$/m.exec(text)?.[1], 1024),
  },
  { fact: "loadAverage", path: "/proc/loadavg", parse: (text) => timesOr(/^[\d.]+/.exec(text)?.[0], 1) },
  {
    fact: "cpuGovernor",
    path: "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
    parse: (text) => text.trim(),
  },
  {
    fact: "transparentHugepages",
    path: "/sys/kernel/mm/transparent_hugepage/enabled",
    parse: (text) => /\[(\w+)\]/.exec(text)?.[1] ?? null,
  },
  { fact: "numaNodes", path: "/sys/devices/system/node/online", parse: (text) => text.trim() },
  // Control group 2: `max` where there is no limit.
  { fact: "cgroupMemoryLimit", path: "/sys/fs/cgroup/memory.max", parse: numberOrMax },
  { fact: "cgroupCpuLimit", path: "/sys/fs/cgroup/cpu.max", parse: cpuLimit },
  // Of this process, whose soft limit Node raises to the hard one.
  {
    fact: "openFilesLimit",
    path: "/proc/self/limits",
    parse: (text) => timesOr(/^Max open files +(\d+) /m.exec(text)?.[1], 1),
  },
  { fact: "ephemeralPorts", path: "/proc/sys/net/ipv4/ip_local_port_range", parse: portsOfRange },
];

function numberOrMax(text: string): Json {
  return text.trim() === "max" ? "max" : timesOr(text.trim(), 1);
}

/** `200000 100000` is two CPUs: quota by period, in microseconds. */
function cpuLimit(text: string): Json {
  const [quota = "", period = ""] = text.trim().split(/\s+/);
  return quota === "max" ? "max" : Number(period) > 0 ? Number(quota) / Number(period) : null;
}

/** `32768 60999`: the first port and the last. */
function portsOfRange(text: string): Json {
  const [first = Number.NaN, last = Number.NaN] = text.trim().split(/\s+/).map(Number);
  return Number.isFinite(last - first) ? last - first + 1 : null;
}

function timesOr(text: string | undefined, factor: number): number | null {
  const number = Number(text);
  return text === undefined || text === "" || !Number.isFinite(number) ? null : number * factor;
}
