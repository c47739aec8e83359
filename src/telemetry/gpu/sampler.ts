import type { Result } from "../../schema/result.ts";
import type { World } from "../../world/world.ts";

/** What is recorded of each GPU over time, as the series `gpu<index>/<name>`, with its unit. */
export const gpuFigures = {
  /** Power at the moment. */
  power_w: "W",
  /** Power as the driver averages it, on an H100 over the second before: what a change did shows late. */
  power_average_w: "W",
  /** A counter since the driver was loaded. */
  energy_j: "J",
  clock_sm_mhz: "MHz",
  clock_memory_mhz: "MHz",
  temperature_c: "°C",
  utilisation: "fraction",
  memory_used_bytes: "B",
  /** NVML's clock event reasons: 0x1 idle, 0x4 power cap, 0x8 hardware, 0x20 and 0x40 heat, 0x80 power brake. */
  throttle: "bits",
  /** 1 where the GPU is split into MIG slices, or is a partition of an AMD package. */
  mig: "1",
} as const;
export type GpuFigure = keyof typeof gpuFigures;

/** One look at one GPU. A figure that is left out is not told by this source at all; null is one that it could not tell now. */
export interface GpuReading {
  index: number;
  /** Null where the source does not tell it. */
  uuid: string | null;
  figures: Partial<Record<GpuFigure, number | null>>;
}

export interface RunningGpuSampler {
  /** Resolves when the last reading was handed on and nothing of it runs any more. */
  stop(): Promise<void>;
}

/** A file of this folder: a source of GPU readings, and how it is found out whether it is there. */
export interface GpuSampler {
  id: string;
  /** Milliseconds between readings. */
  intervalMs: number;
  /** Fails, with the reason, where this source is not there. */
  start(
    world: Pick<World, "clock" | "network" | "processes" | "variables">,
    onReading: (reading: GpuReading) => void,
  ): Promise<Result<RunningGpuSampler>>;
}

/** A number out of a text or a JSON value, with or without its unit: `106.92 W`; null where it is none. */
export function numberOf(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const text = /^\s*(0x[0-9a-f]+|[-+]?\d+(\.\d+)?(e[-+]?\d+)?)(\s|$)/i.exec(value)?.[1];
  const number = Number(text ?? NaN);
  return Number.isFinite(number) ? number : null;
}

export function times(value: number | null, factor: number): number | null {
  return value === null || !Number.isFinite(value * factor) ? null : value * factor;
}
