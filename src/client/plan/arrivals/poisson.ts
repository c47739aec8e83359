import type { Arrival } from "./arrival.ts";
import { fromGaps } from "./gaps.ts";
import { withRate } from "./needs-rate.ts";

/** A Poisson process: independent gaps, exponential with mean 1 / rate. */
export const poisson: Arrival<"poisson"> = (_, { count, rate, random }) =>
  withRate(rate, (perS) => fromGaps(count, () => random.exponential(perS)));
