import { NS_PER_S } from "../math/units.ts";
import type { Measurement, MetricDefinition } from "../schema/measurement.ts";
import type { MetricInput } from "./metric.ts";
import { valueRow } from "./rows.ts";

export const definition: MetricDefinition = {
  id: "schedule_saved",
  unit: "s",
  title: "Schedule not run",
  definition:
    "Seconds of its schedule that a probe did not run, because more requests had missed their limits than may: the rest of it could not have changed the answer.",
  better: "neither",
  stats: ["value"],
};

/** Null of a trial that ran to its end. */
export function measure({ observation: { gaveUp } }: MetricInput): Measurement[] {
  const why = gaveUp === null ? "the trial ran its whole schedule" : null;
  // Answers may miss a limit when all of the schedule is sent.
  const value = gaveUp === null ? null : Math.max(0, gaveUp.lastDueNs - gaveUp.atNs) / NS_PER_S;
  return [valueRow(definition, { value, why, n: gaveUp === null ? 0 : 1, rule: "exact" })];
}
