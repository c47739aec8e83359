import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { heldBack, NO_CAP } from "./held-back.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "requests_held",
  unit: "1",
  title: "Requests held back by the cap",
  definition:
    "Measured requests of an open loop that were due while `load.max_in_flight` were open, and waited until one of those had ended. Null without such a cap.",
  better: "lower",
  stats: ["value"],
};

export function measure(input: MetricInput): Measurement[] {
  const held = heldBack(input);
  const figure = held === null ? { value: null, why: NO_CAP, n: 0 } : { value: held.ms.length, why: null, n: held.of };
  return [valueRow(definition, { ...figure, rule: "exact" })];
}
