import type { Series } from "../schema/observation.ts";
import type { World } from "../world/world.ts";
import { sampleClientCpu } from "./samplers/client-cpu.ts";
import { sampleCpuEnergy } from "./samplers/cpu-energy.ts";
import { sampleEngineCpu } from "./samplers/engine-cpu.ts";
import { sampleEngine, type MetricsSource } from "./samplers/engine-metrics.ts";
import { sampleGpus, type GpuSamplingRequest } from "./samplers/gpu.ts";

/** Everything that is recorded beside the requests of a trial. */
export interface Sampling {
  /** What could not be sampled, and why, as provenance lists it. */
  missing: { fact: string; why: string }[];
  /** Ends all of it. Times are nanoseconds since `originNs`; since the samplers' start without it. */
  stop(originNs?: bigint): Promise<Series[]>;
}

/** How long the GPU is left alone before the load, with the engine up: what it draws then is the idle baseline. */
export const idleMs = 2000;

/** Starts every sampler that finds something here. Where a GPU is sampled it resolves after `idleMs`, at once elsewhere. */
export async function startSampling(
  world: Pick<World, "clock" | "files" | "network" | "processes" | "variables">,
  engine: MetricsSource,
  request: GpuSamplingRequest,
): Promise<Sampling> {
  const startNs = world.clock.nowNs();
  const [gpu, cpu, client, engineCpu] = await Promise.all([
    sampleGpus(world, request),
    sampleCpuEnergy(world),
    sampleClientCpu(world),
    sampleEngineCpu(world, request.engineGroup),
  ]);
  if (gpu.missing === null) await world.clock.sleep(idleMs);
  const metrics = sampleEngine(world, engine);
  return {
    missing: [
      ...(gpu.missing === null ? [] : [{ fact: "telemetry.gpu", why: gpu.missing }]),
      ...(cpu.missing === null ? [] : [{ fact: "telemetry.cpu_energy", why: cpu.missing }]),
      ...(client.missing === null ? [] : [{ fact: "telemetry.client_cpu", why: client.missing }]),
    ],
    async stop(originNs = startNs) {
      const series = await Promise.all([
        client.stop(originNs), // first: the others wait for a last reading
        engineCpu.stop(originNs),
        metrics.stop(originNs),
        gpu.stop(originNs),
        cpu.stop(originNs),
      ]);
      return series.flat();
    },
  };
}
