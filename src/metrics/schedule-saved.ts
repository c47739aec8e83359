import { NS_PER_S } from "../math/units.ts";
import { figure } from "./metric.ts";

/** Null of a trial that ran to its end. */
export const scheduleSaved = figure(
  {
    id: "schedule_saved",
    unit: "s",
    title: "Schedule not run",
    definition:
      "Seconds of its schedule that a probe did not run, because more requests had missed their limits than may: the rest of it could not have changed the answer.",
    better: "neither",
  },
  ({ observation: { gaveUp } }) =>
    gaveUp === null
      ? { value: null, why: "the trial ran its whole schedule", n: 0 }
      : // Answers may miss a limit when all of the schedule is sent.
        { value: Math.max(0, gaveUp.lastDueNs - gaveUp.atNs) / NS_PER_S, n: 1 },
);
