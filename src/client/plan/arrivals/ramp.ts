import type { Arrival } from "./arrival.ts";
import { withRate } from "./needs-rate.ts";
import { underRate } from "./rising.ts";

/** Evenly paced under a rate that goes from `load.rate` to `to` in a straight line over `seconds`, and then holds. */
export const ramp: Arrival<"ramp"> = ({ to, seconds }, { count, rate }) =>
  withRate(rate, (from) => underRate(count, [{ seconds, from, to }]));
