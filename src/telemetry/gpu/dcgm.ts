import { fail, succeed } from "../../schema/result.ts";
import { parsePrometheus } from "../../world/prometheus.ts";
import { poll } from "../poll.ts";
import { times, type GpuFigure, type GpuReading, type GpuSampler } from "./sampler.ts";

/** DCGM's fields and what they are in our units (NVIDIA, "DCGM Exporter Metrics" and "Field Identifiers"). */
const fields: Readonly<Record<string, { figure: GpuFigure; factor: number }>> = {
  DCGM_FI_DEV_POWER_USAGE_INSTANT: { figure: "power_w", factor: 1 },
  DCGM_FI_DEV_POWER_USAGE: { figure: "power_average_w", factor: 1 },
  DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION: { figure: "energy_j", factor: 1e-3 }, // mJ
  DCGM_FI_DEV_SM_CLOCK: { figure: "clock_sm_mhz", factor: 1 },
  DCGM_FI_DEV_MEM_CLOCK: { figure: "clock_memory_mhz", factor: 1 },
  DCGM_FI_DEV_GPU_TEMP: { figure: "temperature_c", factor: 1 },
  DCGM_FI_DEV_GPU_UTIL: { figure: "utilisation", factor: 0.01 }, // %
  DCGM_FI_DEV_FB_USED: { figure: "memory_used_bytes", factor: 2 ** 20 }, // MiB
  DCGM_FI_DEV_CLOCK_THROTTLE_REASONS: { figure: "throttle", factor: 1 },
  DCGM_FI_DEV_CLOCKS_EVENT_REASONS: { figure: "throttle", factor: 1 },
};

/** Where the exporter listens when nobody says otherwise. */
const usualAddress = "http://127.0.0.1:9400/metrics";
const timeoutMs = 2000;

/** The page of NVIDIA's `dcgm-exporter`, here or where `CETERIS_DCGM_EXPORTER` says. It renews its figures at its own interval. */
export const dcgm: GpuSampler = {
  id: "dcgm",
  intervalMs: 200,
  async start({ clock, network, variables }, onReading) {
    const url = variables["CETERIS_DCGM_EXPORTER"] ?? usualAddress;
    const readings = async (): Promise<GpuReading[]> => {
      const answer = await network.request({ url, timeoutMs });
      return answer.ok && answer.value.status === 200 ? parseExporterPage(answer.value.text) : [];
    };
    if ((await readings()).length === 0) {
      return fail(
        "no-dcgm-exporter",
        `no DCGM exporter at ${usualAddress} or CETERIS_DCGM_EXPORTER`,
        "Start dcgm-exporter.",
      );
    }
    return succeed(poll(clock, this.intervalMs, async () => (await readings()).forEach(onReading)));
  },
};

/** The GPUs on a page. A slice has the labels of its GPU and its own: such a GPU is marked, and its slices' figures are left out. */
export function parseExporterPage(text: string): GpuReading[] {
  const readings = new Map<number, GpuReading>();
  for (const { name, labels, value } of parsePrometheus(text, (metric) => metric.startsWith("DCGM_"))) {
    const { gpu: index = "", UUID: uuid = null, GPU_I_ID: slice } = labels;
    if (!/^\d+$/.test(index)) continue;
    const reading = readings.getOrInsert(Number(index), { index: Number(index), uuid: null, figures: { mig: 0 } });
    if (slice) {
      reading.figures.mig = 1;
      continue;
    }
    reading.uuid ??= uuid;
    const field = fields[name];
    if (field) reading.figures[field.figure] = times(told(value), field.factor);
  }
  return [...readings.values()];
}

/** DCGM says "blank" by the ends of its number types (`dcgm_structs.h`): 0x7ffffff0 and up, 2^47, 0x7ffffffffffffff0. */
function told(value: number): number | null {
  const blank32 = value >= 0x7f_ff_ff_f0 && value <= 0x7f_ff_ff_ff;
  return Number.isFinite(value) && !blank32 && value < 2 ** 47 ? value : null;
}
