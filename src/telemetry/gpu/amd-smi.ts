import { parseJson } from "../../schema/json.ts";
import { fail, succeed } from "../../schema/result.ts";
import { poll } from "../poll.ts";
import { numberOf, times, type GpuFigure, type GpuReading, type GpuSampler } from "./sampler.ts";

/** Where `amd-smi metric --json` tells a figure; the first path that holds a number. */
const figures: readonly { figure: GpuFigure; paths: readonly string[]; factor: number }[] = [
  { figure: "power_w", paths: ["power.current_socket_power"], factor: 1 },
  // AMD's own page: the power of the moment on some cards, an average on others. Taken as the weaker of the two.
  { figure: "power_average_w", paths: ["power.socket_power", "power.average_socket_power"], factor: 1 },
  { figure: "energy_j", paths: ["energy.total_energy_consumption"], factor: 1 },
  { figure: "clock_sm_mhz", paths: ["clock.gfx_0.clk"], factor: 1 },
  { figure: "clock_memory_mhz", paths: ["clock.mem_0.clk"], factor: 1 },
  { figure: "temperature_c", paths: ["temperature.hotspot", "temperature.edge"], factor: 1 },
  { figure: "utilisation", paths: ["usage.gfx_activity"], factor: 0.01 },
  // It says MB and means MiB: 192 GiB are 196608 of them.
  { figure: "memory_used_bytes", paths: ["mem_usage.used_vram"], factor: 2 ** 20 },
];

const argv = ["amd-smi", "metric", "--json"];
const timeoutMs = 20_000;
/** Lines around the page that begin or end like one: `[WARNING] …`. */
const mostWarnings = 20;

/** AMD's `amd-smi`, asked again and again: it has no loop that prints JSON faster than once a second. */
export const amdSmi: GpuSampler = {
  id: "amd-smi",
  intervalMs: 250,
  async start({ clock, processes }, onReading) {
    const readings = async (): Promise<GpuReading[]> => {
      // Where one GPU cannot tell a figure, it prints them all and may end with a code that is not 0.
      const { stdout } = await processes.run(argv, { timeoutMs });
      return parseMetricJson(stdout);
    };
    if ((await readings()).length === 0) return fail("no-amd-smi", "no amd-smi that answers", "Install ROCm.");
    return succeed(poll(clock, this.intervalMs, async () => (await readings()).forEach(onReading)));
  },
};

/** The GPUs of a page of JSON: a list, or one under `gpu_data`; warnings may stand around it. A value may be `{value, unit}` or "N/A". */
export function parseMetricJson(text: string): GpuReading[] {
  const page = pageIn(text);
  const gpus = Array.isArray(page) ? page : at(page, "gpu_data");
  const readings = (Array.isArray(gpus) ? gpus : []).flatMap((gpu: unknown): GpuReading[] => {
    const index = numberOf(at(gpu, "gpu"));
    if (index === null) return [];
    const told: GpuReading["figures"] = {};
    for (const { figure, paths, factor } of figures) {
      const found = paths.map((path) => valueAt(gpu, path)).find((value) => value !== null);
      told[figure] = times(found ?? null, factor);
    }
    return [{ index, uuid: null, figures: told }];
  });
  return withPartitions(readings);
}

function pageIn(text: string): unknown {
  const starts = [...text.matchAll(/^\s*[[{]/gm)].slice(0, mostWarnings);
  const ends = [...text.matchAll(/[\]}]\s*$/gm)].toReversed().slice(0, mostWarnings);
  for (const start of starts) {
    for (const end of ends) {
      const page = parseJson(text.slice(start.index, end.index + 1));
      if (page !== undefined) return page;
    }
  }
  return undefined;
}

/** Figures of the whole package, which only its first partition reports. */
const ofThePackage: readonly GpuFigure[] = ["power_w", "power_average_w", "energy_j", "clock_sm_mhz", "temperature_c"];

/**
 * A package in partitions (DPX, CPX …) is several GPUs on the page: the first reports the package's power, clocks and
 * temperature, the others only their memory. All are marked like MIG slices, since no partition has the package's energy to
 * itself.
 */
function withPartitions(readings: readonly GpuReading[]): GpuReading[] {
  const isLater = readings.map(({ figures: told }) => ofThePackage.every((figure) => (told[figure] ?? null) === null));
  // Where not even the first reports them, the driver never does, and that says nothing about partitions.
  if (isLater[0] !== false) return [...readings];
  return readings.map((reading, place) => ({
    ...reading,
    figures: { ...reading.figures, mig: Number(isLater[place] === true || isLater[place + 1] === true) },
  }));
}

function at(value: unknown, member: string): unknown {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>)[member] : undefined;
}

function valueAt(gpu: unknown, path: string): number | null {
  const found = path.split(".").reduce(at, gpu);
  return numberOf(at(found, "value") ?? found);
}
