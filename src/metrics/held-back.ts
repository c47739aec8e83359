import { NS_PER_MS } from "../math/units.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { distributionRows, distributionStats } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "held_back",
  unit: "ms",
  title: "Time that the cap held requests back",
  definition:
    "Of the requests that `load.max_in_flight` held back: from when each was due until one of those open had ended. It is part of `send_lag` and of every latency from the scheduled send. Null without such a cap.",
  better: "lower",
  stats: distributionStats,
};

export const NO_CAP = "nothing limits what is open in this load";

/** Of the measured requests, how long each that was held back waited, in ms; null where the load has no cap. */
export function heldBack({ observation }: MetricInput): { ms: number[]; of: number } | null {
  const ms: number[] = [];
  let of = 0;
  for (const { phase, heldNs } of observation.requests) {
    if (phase !== "measure" || heldNs === null) continue;
    of += 1;
    if (heldNs > 0) ms.push(heldNs / NS_PER_MS);
  }
  return of === 0 ? null : { ms, of };
}

export function measure(input: MetricInput): Measurement[] {
  const held = heldBack(input);
  return distributionRows(definition, held?.ms ?? [], { none: held === null ? NO_CAP : "no request was held back" });
}
