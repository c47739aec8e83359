import type { Engine } from "../schema/engine.ts";
import type { Assignment } from "../schema/knob.ts";

/** The engine's batch so many times over, so that its queue never runs empty; and never fewer, for a batch of one or two. */
const inFlightFactor = 4;
const fewestInFlight = 16;
/** Of an engine whose file does not name the knob that bounds its batch. */
const usualBatch = 64;

/** Requests that an offline load keeps open where its workload does not say: by the knob that bounds the engine's batch. */
export function inFlightDefault({ inFlight }: Pick<Engine, "inFlight">, knobs: Assignment): number {
  const batch = inFlight ? Number(knobs[inFlight.knob] ?? inFlight.default) : usualBatch;
  return Math.max(inFlightFactor * batch, fewestInFlight);
}
