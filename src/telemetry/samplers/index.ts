import { sampleClientCpu } from "./client-cpu.ts";
import { sampleCpuEnergy } from "./cpu-energy.ts";
import { sampleEngineCpu } from "./engine-cpu.ts";
import { sampleEngineMetrics } from "./engine-metrics.ts";
import { sampleGpus } from "./gpu.ts";
import { sampleHost } from "./host.ts";
import type { Sampler } from "./sampler.ts";

/** Every sampler, in the order in which they are ended: the load generator's CPU first, since others wait for a last reading. */
export const samplers: readonly Sampler[] = [
  { id: "client_cpu", start: sampleClientCpu },
  { id: "host", start: sampleHost },
  { id: "engine_cpu", start: sampleEngineCpu },
  { id: "engine_metrics", start: sampleEngineMetrics },
  // What it draws in this time, with the engine up, is the idle baseline.
  { id: "gpu", idleMs: 2000, start: sampleGpus },
  { id: "cpu_energy", start: sampleCpuEnergy },
];
