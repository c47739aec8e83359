import { countText, figureText } from "../math/figures.ts";
import { NS_PER_S } from "../math/units.ts";
import type { CheckRule } from "./check.ts";

/** A probe that was given up: so many of its requests had missed their limits that no end of it could have held. */
export const tailBudget: CheckRule = {
  id: "tail-budget",
  asks: "A probe of a search was not given up. It is once so many requests have missed their limits that the rest cannot make up for it.",
  limit: "the share of the schedule that may miss",
  remedy: "Nothing, in a search: a lower rate comes next. Else lower load.rate, or widen the workload's slo.",
  judge({ observation }) {
    const gaveUp = observation?.gaveUp ?? null;
    if (gaveUp === null) return null;
    const { missed, allowed, atNs, lastDueNs } = gaveUp;
    return {
      status: "fail",
      value: missed,
      limit: allowed,
      margin: allowed - missed,
      unit: "1",
      message:
        `${countText(missed, "request")} had missed a limit after ${figureText(atNs / NS_PER_S)} s, and at most ${allowed} of the schedule may: ` +
        (lastDueNs > atNs
          ? `given up ${figureText((lastDueNs - atNs) / NS_PER_S)} s before its end`
          : "given up when all of it was sent"),
    };
  },
};
