import type { Series } from "../../schema/observation.ts";
import type { World } from "../../world/world.ts";

/** Whom and what the samplers of a trial look at. */
export interface SamplingRequest {
  /** Whoever can be asked for the engine's metrics: a running engine. */
  engine: { scrapeMetrics(): Promise<Record<string, number> | null> };
  /** The GPUs that the engine may use, by index or UUID; all where none is named. */
  devices: readonly string[];
  /** The engine's process group. Null where we did not start it: it may run on another machine, so nothing of this one is read for it. */
  engineGroup: number | null;
}

/** A sampler at work. */
export interface RunningSampler {
  /** Null where it finds what it samples; else why it does not, as provenance lists it. */
  missing: string | null;
  /** Takes a last reading and ends. Times are nanoseconds since `originNs`. */
  stop(originNs: bigint): Promise<Series[]>;
}

/** A file of this folder: series that are recorded beside the requests of a trial. */
export interface Sampler {
  /** `gpu`; its fact in provenance is `telemetry.gpu`. */
  id: string;
  /** How long the machine is left alone before the load once this sampler runs, in ms; absent where it need not be. */
  idleMs?: number;
  start(
    world: Pick<World, "clock" | "files" | "network" | "processes" | "variables">,
    request: SamplingRequest,
  ): Promise<RunningSampler>;
}

/** A sampler that finds nothing here, and why; null where nobody misses it. */
export function notSampled(missing: string | null): RunningSampler {
  return { missing, stop: () => Promise.resolve([]) };
}
