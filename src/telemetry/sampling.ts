import type { Series } from "../schema/observation.ts";
import type { World } from "../world/world.ts";
import { samplers } from "./samplers/index.ts";
import type { SamplingRequest } from "./samplers/sampler.ts";

/** Everything that is recorded beside the requests of a trial. */
export interface Sampling {
  /** What could not be sampled, and why, as provenance lists it. */
  missing: { fact: string; why: string }[];
  /** Ends all of it. Times are nanoseconds since `originNs`; since the samplers' start without it. */
  stop(originNs?: bigint): Promise<Series[]>;
}

/**
 * Starts every sampler. Resolves when the machine was left alone as long as those that found something here ask for. Where one
 * cannot be started for an internal error or a refusal of the system, those that run are stopped before that is thrown.
 */
export async function startSampling(
  world: Pick<World, "clock" | "files" | "network" | "processes" | "variables">,
  request: SamplingRequest,
): Promise<Sampling> {
  const startNs = world.clock.nowNs();
  const begun = await Promise.allSettled(samplers.map((sampler) => sampler.start(world, request)));
  const broken = begun.find((one) => one.status === "rejected");
  const running = begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  if (broken !== undefined) {
    await Promise.allSettled(running.map((sampler) => sampler.stop(startNs)));
    throw broken.reason;
  }
  const idleMs = samplers.map((sampler, place) => (running[place]?.missing === null ? (sampler.idleMs ?? 0) : 0));
  if (Math.max(...idleMs) > 0) await world.clock.sleep(Math.max(...idleMs));
  return {
    missing: samplers.flatMap(({ id }, place) => {
      const why = running[place]?.missing ?? null;
      return why === null ? [] : [{ fact: `telemetry.${id}`, why }];
    }),
    async stop(originNs = startNs) {
      return (await Promise.all(running.map((sampler) => sampler.stop(originNs)))).flat();
    },
  };
}
